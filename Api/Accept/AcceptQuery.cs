using System.Globalization;
using Turnstile.Api.Http;

namespace Turnstile.Api.Accept;

/// <summary>
/// Reads the query of the accept endpoint without allocating, unless something in it is encoded or names an endpoint.
/// </summary>
internal static class AcceptQuery
{
    /// <param name="query">The raw query, with its question mark or empty.</param>
    /// <param name="id">The id.</param>
    /// <param name="endpoint">Where to call back, if anywhere.</param>
    /// <returns>
    /// False where the id is missing, given twice or no 64-bit integer, or the endpoint is given twice or no HTTP address.
    /// </returns>
    public static bool TryRead(ReadOnlySpan<char> query, out long id, out Uri? endpoint)
    {
        id = 0;
        endpoint = null;
        bool hasId = false;
        if (query.Length > 0 && query[0] == '?')
            query = query[1..];
        foreach (Range range in query.Split('&'))
        {
            ReadOnlySpan<char> pair = query[range];
            int equals = pair.IndexOf('=');
            ReadOnlySpan<char> name = Decode(equals < 0 ? pair : pair[..equals]);
            ReadOnlySpan<char> value = equals < 0 ? default : pair[(equals + 1)..];
            if (name.SequenceEqual("id"))
            {
                if (hasId || !TryReadId(Decode(value), out id))
                    return false;
                hasId = true;
            }
            else if (name.SequenceEqual("endpoint"))
            {
                if (endpoint is not null || !CallbackAddress.TryParse(Decode(value), out endpoint))
                    return false;
            }
        }

        return hasId;
    }

    private static ReadOnlySpan<char> Decode(ReadOnlySpan<char> text) =>
        text.ContainsAny('%', '+') ? Uri.UnescapeDataString(text.ToString().Replace('+', ' ')) : text;

    /// <summary>Digits, a minus before them perhaps, and nothing else.</summary>
    private static bool TryReadId(ReadOnlySpan<char> text, out long id)
    {
        // The runtime's own reading would let zero characters stand behind the number.
        if (text.Length > 0 && (text[0] == '+' || text[^1] == '\0'))
        {
            id = 0;
            return false;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out id);
    }
}
