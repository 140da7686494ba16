using Turnstile.Compute;

namespace Turnstile.Factorial;

/// <summary>The factorial of one number: asked for, computed once, kept. The key is the number.</summary>
[Alias("turnstile.IFactorialGrain")]
public interface IFactorialGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Has the factorial computed, unless it is known or under way; one that failed is begun again. When this returns
    /// a view, the wish is on disk and will end, whatever crashes.
    /// </summary>
    /// <param name="requester">Whose job it becomes where it has to be computed.</param>
    Task<FactorialAsked> Ask(CallerKey requester);

    /// <summary>How it stands; null where nobody has asked for it.</summary>
    Task<FactorialView?> View();

    /// <summary>
    /// How it stands as soon as that is not as in <paramref name="version"/> any more, or after
    /// <paramref name="patience"/> (at most 5 s).
    /// </summary>
    [ResponseTimeout("00:00:10")]
    Task<FactorialView?> Changed(long version, TimeSpan patience);

    /// <summary>How it stands once it has ended, or after <paramref name="patience"/> (at most 5 s).</summary>
    [ResponseTimeout("00:00:10")]
    Task<FactorialView?> WhenEnded(TimeSpan patience);

    /// <summary>
    /// The digits, checked against their checksum. Where the stored object is missing or damaged, a new computation
    /// begins and the view says so.
    /// </summary>
    Task<FactorialReading?> Read();
}
