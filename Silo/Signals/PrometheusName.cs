using System.Text;

namespace Turnstile.Silo.Signals;

/// <summary>
/// The names of instruments as Prometheus wants them: the translation that OpenTelemetry lays down ("Prometheus and
/// OpenMetrics Compatibility"): dots become underscores, the unit is written out at the end, counters end in <c>total</c>.
/// </summary>
internal static class PrometheusName
{
    private static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["d"] = "days",
        ["h"] = "hours",
        ["min"] = "minutes",
        ["s"] = "seconds",
        ["ms"] = "milliseconds",
        ["us"] = "microseconds",
        ["ns"] = "nanoseconds",
        ["By"] = "bytes",
        ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes",
        ["GiBy"] = "gibibytes",
        ["%"] = "percent",
    };

    public static string Of(string instrument, string? unit, Gathering gathering)
    {
        string name = Clean(instrument, colons: true);
        string written = Written(unit, gathering);
        if (written.Length > 0 && !name.EndsWith("_" + written, StringComparison.Ordinal))
        {
            name = $"{name}_{written}";
        }

        return gathering == Gathering.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    public static string OfLabel(string label) => Clean(label, colons: false);

    /// <summary>Units in braces are remarks and left out; <c>1</c> is a ratio where it is a gauge.</summary>
    private static string Written(string? unit, Gathering gathering)
    {
        if (string.IsNullOrEmpty(unit) || unit[0] == '{')
        {
            return "";
        }

        if (unit == "1")
        {
            return gathering == Gathering.Gauge ? "ratio" : "";
        }

        int slash = unit.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? One(unit) : $"{One(unit[..slash])}_per_{One(unit[(slash + 1)..]).TrimEnd('s')}";
    }

    private static string One(string unit) => Units.GetValueOrDefault(unit, Clean(unit, colons: false).ToLowerInvariant());

    private static string Clean(string name, bool colons)
    {
        var clean = new StringBuilder(name.Length);
        foreach (char c in name)
        {
            bool good = char.IsAsciiLetterOrDigit(c) || (colons && c == ':');
            if (good)
            {
                clean.Append(c);
            }
            else if (clean.Length == 0 || clean[^1] != '_')
            {
                clean.Append('_');
            }
        }

        return clean.Length > 0 && char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean.ToString();
    }
}
