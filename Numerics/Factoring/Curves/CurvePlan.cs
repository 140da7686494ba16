namespace Turnstile.Numerics;

/// <summary>The bounds of a search by elliptic curves, made into programs once and shared.</summary>
internal sealed class CurvePlan
{
    // Second stage bounds as multiples of the first: the larger the numbers, the cheaper its pairs beside the first
    // stage.
    private const int RatioOfWords = 25;
    private const int Ratio = 50;

    private readonly Lazy<LucasChain> _chain;
    private readonly Lazy<PrimePairs> _pairs;

    /// <param name="bound">The first stage's bound.</param>
    /// <param name="isForWords">Whether it is for numbers of one or two words.</param>
    public CurvePlan(int bound, bool isForWords)
    {
        Bound = bound;
        _chain = new(() => new(bound));
        _pairs = new(() => new(bound, bound * (isForWords ? RatioOfWords : Ratio), Wheel(bound)));
    }

    public int Bound { get; }

    public LucasChain Chain => _chain.Value;

    public PrimePairs Pairs => _pairs.Value;

    // Baby steps grow with the wheel, giant steps fall.
    private static int Wheel(int bound) => bound < 400 ? 60 : bound < 4_000 ? 210 : 2310;
}
