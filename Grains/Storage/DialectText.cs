using System.Text.RegularExpressions;

namespace Turnstile.Grains.Storage;

/// <summary>
/// Turns the one SQL text that the stores write into what each database reads. What stands in
/// <c>/*sqlite … */</c> or <c>/*postgres … */</c> counts on that database and is a comment on the other.
/// </summary>
internal static partial class DialectText
{
    public static string For(Dialect dialect, string sql)
    {
        string mine = dialect == Dialect.Sqlite ? "sqlite" : "postgres";
        return Hint().Replace(sql, hint => hint.Groups["dialect"].Value == mine ? hint.Groups["text"].Value : "");
    }

    /// <summary>Puts the n-th of <paramref name="names"/> as parameter n wherever the text says <c>@name</c>.</summary>
    /// <exception cref="ArgumentException">The text names something that is not among <paramref
    /// name="names"/>.</exception>
    public static string Numbered(Dialect dialect, string sql, string[] names)
    {
        string mark = dialect == Dialect.Sqlite ? "?" : "$";
        return Parameter().Replace(sql, parameter =>
        {
            int index = Array.IndexOf(names, parameter.Groups["name"].Value);
            return index >= 0
                ? $"{mark}{index + 1}"
                : throw new ArgumentException($"'{parameter.Value}' is not among the columns of: {sql}", nameof(sql));
        });
    }

    public static bool HasParameters(string sql) => Parameter().IsMatch(sql);

    [GeneratedRegex(
        @"/\*(?<dialect>sqlite|postgres)\s(?<text>.*?)\*/",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Hint();

    [GeneratedRegex(@"@(?<name>[a-z_][a-z0-9_]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
