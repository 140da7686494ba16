using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// Elliptic curves before the sieve, for factors that stand out: as many as cost a twentieth or so of what the sieve
/// would take, and where the number is too large for the sieve, as many as find factors of up to 30 digits. Numbers up
/// to <see cref="WordFactors.BriefBitsMax"/> bits have their own.
/// </summary>
internal sealed class CurveSearch(BigInteger number)
{
    // Beyond so many bits curves take too long to be more than a try.
    private const int FullSearchBitsMax = 2_000;

    private static readonly CurvePlan[] Plans =
    [
        .. new[] { 100, 400, 2_000, 11_000, 50_000, 250_000 }
            .Select(bound => new CurvePlan(bound, isForWords: false)),
    ];

    // For numbers up to so many bits, how many times eight curves are tried with each plan.
    private static readonly (int Bits, int[] Batches)[] Schedule =
    [
        (130, [1, 1]),
        (155, [1, 1, 1]),
        (185, [1, 1, 2]),
        (215, [0, 1, 3, 2]),
        (245, [0, 1, 3, 6]),
        (270, [0, 1, 3, 9, 8]),
        (300, [0, 1, 3, 10, 20]),
        (CompositeSplitter.SieveBitsMax, [0, 1, 3, 10, 27, 12]),
        (FullSearchBitsMax, [0, 1, 4, 12, 30, 60]),
        (int.MaxValue, [1, 1, 1]),
    ];

    private readonly int[] _batches = Schedule.First(row => number.GetBitLength() <= row.Bits).Batches;
    private int _done;

    /// <summary>A proper divisor, if one was found.</summary>
    public BigInteger? Divisor { get; private set; }

    /// <summary>Tries the curves in pieces, each giving the part done so far.</summary>
    public IEnumerable<double> Work()
    {
        using var curves = new LaneCurves(number);
        var all = _batches.Sum();
        var batch = 0;
        for (var plan = 0; plan < _batches.Length; plan++)
        {
            for (var i = 0; i < _batches[plan]; i++, batch++)
            {
                if (batch < _done)
                    continue;
                foreach (var _ in Plans[plan].Prepare())
                    yield return (double)batch / all;
                foreach (var _ in curves.Work(6 + (LaneRing.Lanes * batch), Plans[plan].Chain, Plans[plan].Pairs))
                    yield return (double)batch / all;
                _done = batch + 1;
                Divisor = curves.Divisor;
                if (Divisor is not null)
                    yield break;
            }
        }
    }

    public void Write(CheckpointWriter output) => output.Write(_done);

    /// <summary>Continues from a checkpoint; to be called before <see cref="Work"/>.</summary>
    public void Read(ref CheckpointReader input) => _done = input.ReadCount(int.MaxValue);
}
