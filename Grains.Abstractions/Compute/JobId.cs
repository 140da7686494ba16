namespace Turnstile.Compute;

/// <summary>
/// The text of a job's id: 13 characters of Crockford's base 32 (digits and lower-case letters without i, l, o, u),
/// so that ids sort by time as text too.
/// </summary>
public static class JobId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 13;

    public static string Format(long id) => string.Create(Length, id, static (text, value) =>
    {
        for (int i = text.Length - 1; i >= 0; i--, value >>= 5)
        {
            text[i] = Alphabet[(int)(value & 31)];
        }
    });

    /// <returns>False where the text is not the id of any job.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out long id)
    {
        id = 0;
        if (text.Length != Length || text[0] > '7')
        {
            return false;
        }

        foreach (char c in text)
        {
            int digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            id = id << 5 | (uint)digit;
        }

        return true;
    }
}
