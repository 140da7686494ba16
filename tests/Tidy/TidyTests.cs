using System.Text.RegularExpressions;

namespace Turnstile.Tidy.Tests;

/// <summary>The rules of the house that a compiler does not know.</summary>
public sealed partial class TidyTests
{
    private const int LinesMax = 400;

    // 120 is what one writes; a line that is clearer whole may run a little over.
    private const int WidthMax = 140;

    /// <summary>Folders whose classes decide without a grain, a clock or I/O.</summary>
    private static readonly string[] PlainFolders =
        [
        "Numerics/", "Grains/Compute/Scheduling/", "Grains/Accept/Counting/", "Grains/Events/Pipeline/", "Grains/Events/Counting/",
    ];

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold() => AssertNone(
        Sources.CSharp
            .Select(file => (File: file, Lines: Sources.Lines(file).Length))
            .Where(file => file.Lines > LinesMax)
            .Select(file => $"{file.File} has {file.Lines} lines; split it at its seams (at most {LinesMax})."));

    [Fact]
    public void No_line_runs_out_of_sight() => AssertNone(
        from file in Sources.CSharp
        from line in Sources.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        where line.Text.Length > WidthMax && !LongLiteral().IsMatch(line.Text)
        select $"{file}:{line.Number} is {line.Text.Length} wide (at most {WidthMax}).");

    [Fact]
    public void Nothing_is_left_to_be_done_later() => AssertNone(
        from file in Sources.CSharp
        where !file.StartsWith("tests/Tidy/", StringComparison.Ordinal)
        from line in Sources.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        where Unfinished().IsMatch(line.Text)
        select $"{file}:{line.Number}: {line.Text.Trim()}");

    [Fact]
    public void Plain_classes_know_no_grain() => AssertNone(
        from file in Sources.CSharp
        where PlainFolders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal))
        from line in Sources.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        where KnowsGrains().IsMatch(line.Text)
        select $"{file}:{line.Number}: {line.Text.Trim()}");

    [Fact]
    public void Only_composition_knows_which_engine_runs() => AssertNone(
        from file in Sources.CSharp
        where !file.StartsWith("Silo/", StringComparison.Ordinal)
            && !file.StartsWith("tests/", StringComparison.Ordinal)
            && file != "Api/Program.cs"
        where Sources.Text(file).Contains("ENGINE_", StringComparison.Ordinal)
        select $"{file} asks which engine runs.");

    [Fact]
    public void Every_message_is_immutable_and_has_an_alias() => AssertNone(
        from file in Sources.CSharp
        where file.StartsWith("Grains.Abstractions/", StringComparison.Ordinal)
        let lines = Sources.Lines(file)
        from i in Enumerable.Range(0, lines.Length)
        where Message().IsMatch(lines[i])
        where i == 0 || !lines[i - 1].Contains("[GenerateSerializer, Immutable, Alias(\"turnstile.", StringComparison.Ordinal)
        select $"{file}:{i + 1}: {lines[i].Trim()} lacks [GenerateSerializer, Immutable, Alias(\"turnstile.…\")].");

    [Fact]
    public void No_message_can_be_changed() => AssertNone(
        from file in Sources.CSharp
        where file.StartsWith("Grains.Abstractions/", StringComparison.Ordinal)
        from line in Sources.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        where line.Text.Contains("{ get; set; }", StringComparison.Ordinal)
        select $"{file}:{line.Number}: {line.Text.Trim()}");

    [Fact]
    public void Every_alias_is_given_once() => AssertNone(
        Sources.CSharp
            .Where(file => file.StartsWith("Grains.Abstractions/", StringComparison.Ordinal))
            .SelectMany(file => AliasText().Matches(Sources.Text(file)))
            .GroupBy(match => match.Groups[1].Value)
            .Where(alias => alias.Count() > 1)
            .Select(alias => $"{alias.Key} is the alias of {alias.Count()} types."));

    [Fact]
    public void Every_option_is_documented()
    {
        string document = Sources.Text("docs/configuration.md");
        AssertNone(
            from file in Sources.CSharp
            where file.EndsWith("Options.cs", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal)
            let text = Sources.Text(file)
            let section = Section().Match(text)
            where section.Success
            from Match option in Option().Matches(text)
            let name = Documented(section.Groups[1].Value, option.Groups[1].Value)
            where !document.Contains($"`{name}`", StringComparison.Ordinal)
            select $"docs/configuration.md does not tell of {name}.");
    }

    [Fact]
    public void Every_test_says_what_happens() => AssertNone(
        from file in Sources.CSharp
        where file.StartsWith("tests/", StringComparison.Ordinal)
        from Match test in TestMethod().Matches(Sources.Text(file))
        where !test.Groups[1].Value.Contains('_', StringComparison.Ordinal)
        select $"{file}: {test.Groups[1].Value} is not a sentence.");

    /// <summary>The name under which an option is given; a few do not follow from their classes.</summary>
    private static string Documented(string section, string option) => (section, option) switch
    {
        ("Storage", "ConnectionString") => "ConnectionStrings:Turnstile",
        ("Keys", _) => $"Keys:<n>:{option}",
        _ => $"{section}:{option}",
    };

    private static void AssertNone(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\busing Orleans|\bIGrainFactory\b|: Grain\b|\bTimeProvider\.System\b")]
    private static partial Regex KnowsGrains();

    [GeneratedRegex(@"^\s*public (abstract |sealed |readonly )*record\b")]
    private static partial Regex Message();

    [GeneratedRegex(@"Alias\(""(turnstile\.[^""]+)""\)")]
    private static partial Regex AliasText();

    [GeneratedRegex(@"const string Section = ""([^""]+)""")]
    private static partial Regex Section();

    [GeneratedRegex(@"public [\w<>?\[\]\., ]+ (\w+) \{ get; set; \}")]
    private static partial Regex Option();

    [GeneratedRegex(@"\[(?:\w*Fact|Theory)[^\]]*\](?:\s*\[[^\n]*\])*\s*public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"""[^""]{60,}""")]
    private static partial Regex LongLiteral();
}
