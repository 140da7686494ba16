namespace Turnstile.Factorial;

/// <summary>A factorial as it stands at one moment, without its digits.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.FactorialView")]
public sealed record FactorialView
{
    [Id(0)] public required int Number { get; init; }

    [Id(1)] public required FactorialStatus Status { get; init; }

    /// <summary>The job that computes or computed it.</summary>
    [Id(2)] public required long Job { get; init; }

    /// <summary>How many decimal digits it has; null before it is computed.</summary>
    [Id(3)] public int? Digits { get; init; }

    /// <summary>SHA-256 of the digits in ASCII, lower-case hexadecimal; null before it is computed.</summary>
    [Id(4)] public string? Checksum { get; init; }

    /// <summary>When it was first asked for.</summary>
    [Id(5)] public required DateTimeOffset CreatedAt { get; init; }

    [Id(6)] public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(7)] public string? Error { get; init; }

    /// <summary>Rises with every change.</summary>
    [Id(8)] public long Version { get; init; }

    /// <summary>Where the digits are in the object store.</summary>
    public string ObjectKey => $"factorials/{Number}.txt";

    /// <summary>True once nothing more happens to it by itself.</summary>
    public bool Ended => Status >= FactorialStatus.Done;
}

/// <summary>A factorial with its digits.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.FactorialReading")]
public sealed record FactorialReading
{
    [Id(0)] public required FactorialView View { get; init; }

    /// <summary>In ASCII; empty unless the view says done.</summary>
    [Id(1)] public ReadOnlyMemory<byte> Digits { get; init; }

    /// <summary>The stored digits were missing or damaged, and this reading has begun to compute them again.</summary>
    [Id(2)] public bool Repairing { get; init; }
}
