namespace Turnstile.Numerics;

/// <summary>The bounds of a search by elliptic curves, made into programs once and shared.</summary>
internal sealed class CurvePlan
{
    // Second stage bounds as multiples of the first: the larger the numbers, the cheaper its pairs beside the first
    // stage.
    private const int RatioOfWords = 25;
    private const int Ratio = 50;

    private readonly bool _isForWords;
    private volatile Programs? _programs;

    /// <param name="bound">The first stage's bound.</param>
    /// <param name="isForWords">Whether it is for numbers of one or two words.</param>
    public CurvePlan(int bound, bool isForWords)
    {
        Bound = bound;
        _isForWords = isForWords;
    }

    public int Bound { get; }

    public LucasChain Chain => Made().Chain;

    public PrimePairs Pairs => Made().Pairs;

    /// <summary>
    /// Makes the programs in pieces, unless they are there: those of the largest bounds take a tenth of a second.
    /// Several threads may do it at once; what they make is the same.
    /// </summary>
    public IEnumerable<bool> Prepare()
    {
        if (_programs is not null)
            yield break;
        var made = new Programs(
            new(Bound), new(Bound, Bound * (_isForWords ? RatioOfWords : Ratio), Wheel(Bound)));
        foreach (var piece in made.Chain.Work())
            yield return piece;
        foreach (var piece in made.Pairs.Work())
            yield return piece;
        _programs = made;
    }

    private Programs Made()
    {
        Prepare().RunToEnd();

        return _programs!;
    }

    private sealed record Programs(LucasChain Chain, PrimePairs Pairs);

    // Baby steps grow with the wheel, giant steps fall.
    private static int Wheel(int bound) => bound < 400 ? 60 : bound < 4_000 ? 210 : 2310;
}
