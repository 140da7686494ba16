namespace Turnstile.Numerics;

/// <summary>Work that is cut into pieces.</summary>
internal static class Pieces
{
    /// <summary>Does all pieces, one after the other, at once.</summary>
    public static void RunToEnd<T>(this IEnumerable<T> pieces)
    {
        using var piece = pieces.GetEnumerator();
        while (piece.MoveNext())
        {
        }
    }
}
