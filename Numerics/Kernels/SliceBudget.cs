namespace Turnstile.Numerics;

/// <summary>
/// How long a slice may last. Kernels ask it between pieces of work; it decides by a clock, or in tests by counting.
/// </summary>
public abstract class SliceBudget
{
    /// <summary>True once the slice has to end. Cheap enough to be asked every hundred microseconds.</summary>
    public abstract bool IsSpent { get; }

    /// <summary>A budget that is never spent: the kernel runs to its end.</summary>
    public static SliceBudget Unlimited { get; } = new Endless();

    private sealed class Endless : SliceBudget
    {
        public override bool IsSpent => false;
    }
}

/// <summary>A slice of a given length on a clock.</summary>
public sealed class TimedBudget(TimeProvider time, TimeSpan length) : SliceBudget
{
    private readonly long _end = time.GetTimestamp() + (long)(length.TotalSeconds * time.TimestampFrequency);

    /// <inheritdoc/>
    public override bool IsSpent => time.GetTimestamp() >= _end;
}

/// <summary>A slice that ends at the <paramref name="questions"/>th question: the same cut on every machine.</summary>
public sealed class CountedBudget(int questions) : SliceBudget
{
    private int _left = questions;

    /// <inheritdoc/>
    public override bool IsSpent => --_left <= 0;
}
