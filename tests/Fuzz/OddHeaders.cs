using System.Globalization;
using System.Text;

namespace Turnstile.Fuzz;

/// <summary>Headers that servers have stumbled over.</summary>
internal static class OddHeaders
{
    private static readonly string[] Harmless =
    [
        "Accept: */*;q=oops", "Accept: text/plain", "Accept: ,,,;;", "Accept: text/plain;q=0, application/json;q=2",
        "Accept-Encoding: gzip;q=x, br", "Accept-Encoding: gzip", "Range: bytes=0-", "Range: bytes=5-1",
        "Range: bytes=-0", "Range: bytes=0-0,1-1,2-2", "Range: lines=1-2", "If-None-Match: *",
        "If-None-Match: \"x\", W/\"y\"", "If-None-Match: x", "If-Range: \"x\"", "Content-Encoding: gzip",
        "X-Caller-ID: a b", "X-Caller-ID: a\r\nX-Caller-ID: b", "X-Caller-ID: a/b/c", "Idempotency-Key: k",
        "Idempotency-Key: ", "Authorization: Bearer ", "Authorization: Basic x", "X-Api-Key: x", "Last-Event-ID: 5",
        "Cookie: a=b", "Expect: 100-continue", "Upgrade: websocket\r\nConnection: Upgrade", "X-Forwarded-For: ::1",
        "traceparent: 00-x-y-z", "Origin: null", "TE: trailers", "Pragma: no-cache",
    ];

    private static readonly string[] Broken =
    [
        "Bad Header: x", "NoColon", ": empty", "Content-Length: -1", "Content-Length: 5, 6",
        "Content-Length: 99999999999999999999", "Host: other", "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, chunked", "X: \u0000", "X: a\nY: b", " folded: x", "Expect: something",
    ];

    /// <summary>Adds some.</summary>
    /// <returns>False where a server may refuse the request for them before it looks at anything else.</returns>
    public static bool Add(StringBuilder head, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                for (int i = random.Next(50, 400); i > 0; i--)
                {
                    head.Append(CultureInfo.InvariantCulture, $"X-Flood-{i}: {i}\r\n");
                }

                return false;
            case 1:
                head.Append("X-Long: ").Append('x', random.Next(1_000, 60_000)).Append("\r\n");
                return false;
            case 2:
                head.Append(Broken[random.Next(Broken.Length)]).Append("\r\n");
                return false;
            default:
                head.Append(Harmless[random.Next(Harmless.Length)]).Append("\r\n");
                return true;
        }
    }
}
