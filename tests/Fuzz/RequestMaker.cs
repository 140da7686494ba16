using System.Globalization;
using System.Text;

namespace Turnstile.Fuzz;

/// <summary>
/// Makes requests out of the contract, each from its own seed, so that any of them can be made again alone.
/// </summary>
public sealed class RequestMaker(Contract contract, int seed)
{
    private static readonly string[] Methods =
        ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "FOO", "G\u0001T"];

    private static readonly string[] MediaTypes =
    [
        "", "application/json", "application/json; charset=utf-16", "application/x-ndjson", "application/x-protobuf",
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/json;", "\"", "*/*", "application/problem+json",
    ];

    /// <summary>The request of that number.</summary>
    public FuzzedRequest Make(int number)
    {
        var random = new Random(Mix(seed, number));
        Operation operation = contract.Operations[random.Next(contract.Operations.Count)];
        string method = random.Next(20) == 0 ? Methods[random.Next(Methods.Length)] : operation.Method;
        bool wellFormed = true;
        string target = Target(operation, random, out bool faithful);
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
        foreach (Parameter header in operation.Parameters.Where(parameter => parameter.Place == Place.Header))
        {
            AddParameter(head, header, random);
        }

        byte[] body = [];
        if (operation.Bodies.Count > 0 && random.Next(20) > 0)
        {
            Content content = operation.Bodies[random.Next(operation.Bodies.Count)];
            body = content.Example is { } example ? BodyMaker.Make(example, random) : Junk.Bytes(random, 500);
            string media = random.Next(10) == 0 ? MediaTypes[random.Next(MediaTypes.Length)] : content.Media;
            head.Append(media.Length > 0 ? $"Content-Type: {media}\r\n" : "");
        }

        if (random.Next(6) == 0)
        {
            wellFormed = OddHeaders.Add(head, random);
        }

        byte[] bytes = Join(head, body, random, ref wellFormed);
        Delivery delivery = random.Next(40) switch
        {
            0 => Delivery.Truncated,
            1 => Delivery.Aborted,
            2 or 3 => Delivery.Pieces,
            4 => Delivery.Slow,
            _ => Delivery.Whole,
        };
        wellFormed &= !method.Any(char.IsControl);
        return new FuzzedRequest(operation, method, bytes, delivery)
        {
            IsHttp = wellFormed, IsOfOperation = wellFormed && faithful && method == operation.Method,
        };
    }

    // Neighbouring seeds of Random give like numbers; mixed (as in MurmurHash3, A. Appleby, 2008) they do not.
    private static int Mix(int seed, int number)
    {
        uint mixed = unchecked((uint)((seed * 31) + number));
        mixed = unchecked((mixed ^ (mixed >> 16)) * 0x85EBCA6B);
        mixed = unchecked((mixed ^ (mixed >> 13)) * 0xC2B2AE35);
        return unchecked((int)(mixed ^ (mixed >> 16)));
    }

    private static byte[] Join(StringBuilder head, byte[] body, Random random, ref bool wellFormed)
    {
        switch (random.Next(30))
        {
            case 0:
                wellFormed = false;
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length + random.Next(-3, 4)}\r\n\r\n");
                return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body];
            case 1:
                wellFormed = false;
                head.Append("Transfer-Encoding: chunked\r\n\r\nzz\r\n");
                return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body];
            case 2:
                head.Append(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n");
                byte[] end = body.Length == 0 ? "\r\n"u8.ToArray() : "\r\n0\r\n\r\n"u8.ToArray();
                return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body, .. end];
            default:
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
                return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body];
        }
    }

    private static void AddParameter(StringBuilder head, Parameter header, Random random)
    {
        string? value = random.Next(8) switch
        {
            0 => null,
            1 => Junk.Text(random),
            _ => header.Example ?? "fuzz",
        };
        if (value is not null)
        {
            // Line ends would make another header of it; those are tried elsewhere.
            head.Append(CultureInfo.InvariantCulture, $"{header.Name}: {value.ReplaceLineEndings("")}\r\n");
        }
    }

    /// <param name="operation">What is asked for.</param>
    /// <param name="random">Where values come from.</param>
    /// <param name="faithful">The target cannot be taken for that of another operation.</param>
    private static string Target(Operation operation, Random random, out bool faithful)
    {
        faithful = true;
        string path = operation.Path;
        var query = new StringBuilder();
        foreach (Parameter parameter in operation.Parameters)
        {
            string value = random.Next(3) > 0 && parameter.Example is { } example ? example : Junk.Text(random);
            string encoded = random.Next(8) > 0 ? Uri.EscapeDataString(Whole(value)) : Raw(value);
            if (parameter.Place == Place.Path)
            {
                faithful &= value.All(char.IsAsciiLetterOrDigit) && value.Length > 0 && encoded == value;
                path = path.Replace($"{{{parameter.Name}}}", encoded, StringComparison.Ordinal);
            }
            else if (parameter.Place == Place.Query && (parameter.Required || random.Next(2) == 0))
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(parameter.Name).Append('=').Append(encoded);
            }
        }

        return path + query + (random.Next(30) == 0 ? $"{(query.Length == 0 ? '?' : '&')}{Raw(Junk.Text(random))}" : "");
    }

    /// <summary>Halves of surrogate pairs cannot be escaped.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>As it is, but for what ends a request's first line.</summary>
    private static string Raw(string text) => string.Concat(text.Where(c => c > ' '));
}
