namespace Turnstile.Benchmarks.Numerics;

/// <summary>How long work takes in this process once its code is compiled, which in a service it is.</summary>
internal static class OwnTime
{
    // Long enough that a moment's disturbance does not show.
    private const double Shortest = 500;

    // Below it, hot loops may still run in code that the compiler has not optimised.
    private const double Warmth = 3 * Shortest;

    // Work this long hardly notices the compiler: it is not done twice.
    private const double Long = 10_000;

    /// <summary>Milliseconds of user time; the work is repeated until they can be told.</summary>
    public static double Of(Action work)
    {
        var start = UserTime.OfThisProcess;
        work();
        if (UserTime.OfThisProcess - start is var first && first >= Long)
            return first;
        while (UserTime.OfThisProcess - start < Warmth)
            work();
        start = UserTime.OfThisProcess;
        var passes = 0;
        for (; UserTime.OfThisProcess - start < Shortest; passes++)
            work();
        return (UserTime.OfThisProcess - start) / passes;
    }
}
