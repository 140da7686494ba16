using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Turnstile.Load;

/// <summary>
/// What a scenario found: figures with the bounds they have to keep; as JSON for programs and Markdown for people.
/// </summary>
internal sealed class Report(string scenario, string shape)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<Figure> _figures = [];

    /// <summary>Every figure is within its bounds.</summary>
    public bool Passed => _figures.TrueForAll(figure => figure.Passed);

    public void Add(string name, double value, string unit, double? atLeast = null, double? atMost = null)
    {
        bool passed = !(value < atLeast) && !(value > atMost);
        var figure = new Figure(name, Math.Round(value, 4), unit, atLeast, atMost, passed);
        _figures.Add(figure);
        Console.Error.WriteLine($"  {Line(figure)}");
    }

    public void Add(string name, Percentiles times)
    {
        Add($"{name} p50", times.Milliseconds(0.50), "ms");
        Add($"{name} p95", times.Milliseconds(0.95), "ms");
        Add($"{name} p99", times.Milliseconds(0.99), "ms");
        Add($"{name} max", times.Milliseconds(1), "ms");
    }

    /// <summary>Writes <c>scenario.json</c> and <c>scenario.md</c>.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, scenario);
        var document = new { scenario, shape, cores = Environment.ProcessorCount, passed = Passed, figures = _figures };
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(document, Indented));
        var text = new StringBuilder($"# {scenario}\n\n{shape}; {Environment.ProcessorCount} cores.\n\n| figure | value | bound | |\n|---|---|---|---|\n");
        foreach (Figure figure in _figures)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {figure.Name} | {Value(figure)} | {Bound(figure)} | {(figure.Passed ? "" : "**missed**")} |\n");
        }

        File.WriteAllText(path + ".md", text.ToString());
        Console.Error.WriteLine($"{(Passed ? "passed" : "MISSED")}; reports: {path}.json, {path}.md");
    }

    private static string Line(Figure figure) => $"{figure.Name,-36} {Value(figure),16} {Bound(figure),-14} {(figure.Passed ? "" : "MISSED")}";

    private static string Value(Figure figure) => $"{figure.Value:#,0.####} {figure.Unit}";

    private static string Bound(Figure figure) => (figure.AtLeast, figure.AtMost) switch
    {
        ({ } least, null) => $">= {least:#,0.####}",
        (null, { } most) => $"<= {most:#,0.####}",
        ({ } least, { } most) => $"{least:#,0.####} - {most:#,0.####}",
        _ => "",
    };

    private sealed record Figure(string Name, double Value, string Unit, double? AtLeast, double? AtMost, bool Passed);
}
