namespace Turnstile.Grains.Storage;

/// <summary>
/// The input of a statement that takes none, and the result of a write that tells nothing but that it is stored.
/// </summary>
public readonly record struct None;
