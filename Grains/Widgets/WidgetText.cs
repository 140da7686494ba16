using System.Buffers;
using System.Text;

namespace Turnstile.Grains.Widgets;

/// <summary>Which names and serial numbers there can be.</summary>
public static class WidgetText
{
    /// <summary>Characters of a name or a serial number, at most; counted as Unicode code points.</summary>
    public const int LengthMax = 64;

    private const string Blank = "Must not be blank.";

    /// <summary>Why the text cannot be a widget's name; null where it can.</summary>
    public static string? NameFault(string name)
    {
        // Most are so short and plain that they need not be taken apart.
        if (name.Length is > 0 and <= LengthMax && !name.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return string.IsNullOrWhiteSpace(name) ? Blank : null;
        }

        int count = 0;
        for (ReadOnlySpan<char> left = name; !left.IsEmpty; count++)
        {
            if (Rune.DecodeFromUtf16(left, out Rune rune, out int length) != OperationStatus.Done || Rune.IsControl(rune))
            {
                return "Must not hold control characters or halves of characters.";
            }

            left = left[length..];
        }

        return count is 0 or > LengthMax ? $"Must have 1 to {LengthMax} characters."
            : string.IsNullOrWhiteSpace(name) ? Blank
            : null;
    }

    /// <summary>Why the text cannot be a serial number; null where it can.</summary>
    public static string? SerialFault(string serial) => NameFault(serial)
        // Clients take these two out of a path before they send it, encoded or not: such a widget could not be asked
        // for.
        ?? (serial is "." or ".." ? "Must not be '.' or '..', which cannot stand in a path." : null);
}
