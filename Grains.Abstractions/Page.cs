using System.Collections.Immutable;

namespace Turnstile;

/// <summary>One page of a list, and the cursor that asks for the next one (null on the last page).</summary>
[GenerateSerializer, Immutable, Alias("turnstile.Page`1")]
public sealed record Page<T>
{
    [Id(0)] public required ImmutableArray<T> Items { get; init; }

    [Id(1)] public string? Next { get; init; }
}
