namespace Turnstile.Grains.Compute;

/// <summary>
/// How long the recent jobs of a caller waited, in classes a quarter of an octave apart from 0.1 ms to about 20 hours:
/// a quantile is right to 19 %. When it has seen <see cref="ObservationsMax"/> it halves all counts, so that old waits fade.
/// </summary>
internal sealed class WaitHistogram
{
    private const int ObservationsMax = 2_000;
    private const double Smallest = 0.0001;
    private const int PerOctave = 4;
    private const int Classes = 120;

    private readonly short[] _counts = new short[Classes];
    private int _total;

    public void Add(double seconds)
    {
        double octaves = Math.Log2(Math.Max(seconds, Smallest) / Smallest);
        _counts[Math.Min(Classes - 1, (int)(octaves * PerOctave))]++;
        if (++_total >= ObservationsMax)
        {
            _total = 0;
            for (int i = 0; i < Classes; i++)
            {
                _total += _counts[i] /= 2;
            }
        }
    }

    /// <summary>The wait in seconds that this part of the jobs stayed under; null before there is one.</summary>
    /// <param name="part">0…1.</param>
    public double? Quantile(double part)
    {
        if (_total == 0)
        {
            return null;
        }

        int wanted = (int)Math.Ceiling(part * _total);
        int seen = 0;
        int at = 0;
        while (at < Classes - 1 && (seen += _counts[at]) < wanted)
        {
            at++;
        }

        return Smallest * Math.Pow(2, (at + 1.0) / PerOctave);
    }
}
