namespace Turnstile.Events;

/// <summary>A row of the <c>players</c> table.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.Player")]
public sealed record Player
{
    [Id(0)] public required long Id { get; init; }

    [Id(1)] public string? Email { get; init; }

    /// <summary>As RFC 3339.</summary>
    [Id(2)] public string? LastSignedInAt { get; init; }
}
