using System.Globalization;

namespace Turnstile.Api.Http;

/// <summary>Numbers in queries and paths: decimal digits and nothing else.</summary>
/// <remarks>The runtime's own reading lets zero characters stand behind a number.</remarks>
internal static class PlainNumbers
{
    public static bool TryParse(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        return !text.Contains('\0') && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    public static bool TryParse(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return !text.Contains('\0') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
