using System.Globalization;
using System.Text;
using Label = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Turnstile.Silo.Signals;

/// <summary>The labels of a measurement, in the order in which they were given.</summary>
internal sealed class LabelSet(Label[] labels)
{
    /// <summary>Where measurements go whose instrument has too many label sets already.</summary>
    public static readonly LabelSet Overflow = new([new Label("otel.metric.overflow", true)]);

    public static IEqualityComparer<LabelSet> Comparer { get; } = new ByContent();

    /// <summary>As Prometheus writes them between braces, by name.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach ((string name, object? value) in labels
            .Select(label => (Name: PrometheusName.OfLabel(label.Key), label.Value))
            .OrderBy(label => label.Name, StringComparer.Ordinal))
        {
            text.Append(text.Length > 0 ? "," : "").Append(name).Append("=\"");
            Escape(text, Text(value));
            text.Append('"');
        }

        return text.ToString();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static void Escape(StringBuilder text, string value)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append(@"\n"),
                _ => text.Append(c),
            };
        }
    }

    /// <summary>Finds a set by the labels of a measurement without making one of them.</summary>
    private sealed class ByContent : IEqualityComparer<LabelSet>, IAlternateEqualityComparer<ReadOnlySpan<Label>, LabelSet>
    {
        public bool Equals(LabelSet? x, LabelSet? y) => x is not null && y is not null && Equals(x.Labels, y);

        public int GetHashCode(LabelSet obj) => GetHashCode(obj.Labels);

        public bool Equals(ReadOnlySpan<Label> alternate, LabelSet other)
        {
            if (alternate.Length != other.Labels.Length)
            {
                return false;
            }

            for (int i = 0; i < alternate.Length; i++)
            {
                if (alternate[i].Key != other.Labels[i].Key || !Equals(alternate[i].Value, other.Labels[i].Value))
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(ReadOnlySpan<Label> alternate)
        {
            var hash = default(HashCode);
            foreach (Label label in alternate)
            {
                // The names of an instrument's labels are mostly the same; the values tell sets apart.
                hash.Add(label.Value);
            }

            return hash.ToHashCode();
        }

        public LabelSet Create(ReadOnlySpan<Label> alternate) => new(alternate.ToArray());
    }

    private Label[] Labels => labels;
}
