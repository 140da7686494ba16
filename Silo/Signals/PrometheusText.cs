using System.Globalization;
using System.Text;

namespace Turnstile.Silo.Signals;

/// <summary>Writes measurements in the text format of Prometheus, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>A value of 1 with labels that say what runs.</summary>
    public PrometheusText Target(string labels)
    {
        _text.Append("# HELP target_info What runs here.\n# TYPE target_info gauge\n");
        Line("target_info", labels, 1);
        return this;
    }

    public PrometheusText Add(MeasuredInstrument instrument)
    {
        List<MeasuredSeries> series = [.. instrument.Series];
        if (series.Count == 0)
        {
            return this;
        }

        if (!string.IsNullOrEmpty(instrument.Description))
        {
            string help = instrument.Description
                .Replace("\\", @"\\", StringComparison.Ordinal)
                .Replace("\n", @"\n", StringComparison.Ordinal);
            _text.Append("# HELP ").Append(instrument.Name).Append(' ').Append(help).Append('\n');
        }

        _text.Append("# TYPE ").Append(instrument.Name).Append(' ').Append(Type(instrument.Gathering)).Append('\n');
        foreach (MeasuredSeries one in series)
        {
            if (instrument.Gathering == Gathering.Histogram)
            {
                Histogram(instrument, one);
            }
            else
            {
                Line(instrument.Name, one.Labels, one.Value);
            }
        }

        return this;
    }

    public override string ToString() => _text.ToString();

    private static string Type(Gathering gathering) => gathering switch
    {
        Gathering.Counter => "counter",
        Gathering.Histogram => "histogram",
        _ => "gauge",
    };

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private void Histogram(MeasuredInstrument instrument, MeasuredSeries series)
    {
        (long[] counts, double sum) = series.Classes();
        string before = series.Labels.Length > 0 ? series.Labels + "," : "";
        long below = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            double end = i < instrument.BucketBoundaries.Count ? instrument.BucketBoundaries[i] : double.PositiveInfinity;
            Line($"{instrument.Name}_bucket", $"{before}le=\"{Number(end)}\"", below);
        }

        Line($"{instrument.Name}_sum", series.Labels, sum);
        Line($"{instrument.Name}_count", series.Labels, below);
    }

    private void Line(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }
}
