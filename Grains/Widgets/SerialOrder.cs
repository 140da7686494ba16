namespace Turnstile.Grains.Widgets;

/// <summary>The order of the tables: that of the UTF-8 bytes, which is that of the code points.</summary>
internal sealed class SerialOrder : IComparer<string>, IComparer<WidgetEntry>
{
    public static readonly SerialOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        int same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length - right.Length;
        }

        // UTF-16 puts surrogates, which stand for the code points above all others, before U+E000 to U+FFFF.
        char a = left[same], b = right[same];
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a - b : char.IsSurrogate(a) ? 1 : -1;
    }

    public int Compare(WidgetEntry? x, WidgetEntry? y) => Compare(x?.Serial, y?.Serial);
}
