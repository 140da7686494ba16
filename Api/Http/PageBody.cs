namespace Turnstile.Api.Http;

/// <summary>One page of a list; <paramref name="Next"/> is the cursor of the next one.</summary>
internal sealed record PageBody<T>(IReadOnlyList<T> Items, string? Next);
