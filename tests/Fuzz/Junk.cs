using System.Text;

namespace Turnstile.Fuzz;

/// <summary>Values at the edges of what services expect, and beyond them.</summary>
internal static class Junk
{
    private static readonly string[] Texts =
    [
        "", " ", "0", "1", "-1", "00", "+1", "1.5", "1e3", "-0", "NaN", "Infinity", "null", "true", "2147483647",
        "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551616", "340282366920938463463374607431768211456", "0x10", "ten", "١٢", "٣", "é", "e\u0301",
        "日本", "😀", "\u202Eabc", "\uFEFF1", "a\u0000b", "\r\nX: 1", "a/b", "..", ".", "../../etc/passwd", "%", "%00",
        "%2F", "%252F", "%zz", "%c0%af", "%ff", "'; DROP TABLE jobs; --", "<script>", "{}", "[]", "{{7*7}}", "$(id)",
        "\\", "\"", "P", "R", "Q", "p", "done", "queued", "failed", "1000", "1001", "10000", "20000", "20001", "*",
        "http://127.0.0.1:1/", "ftp://x", "http://[::1]", "2022-02-02T23:45:00Z", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999Z", "7zzzzzzzzzzzz", "0000000000000",
    ];

    private static readonly string[] JsonValues =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "-0", "1e3", "9223372036854775808",
        "123456789012345678901234567890", "\"\"", "\" \"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"",
        "\"\\ud83d\\ude00\"", "[]", "{}", "[[]]", "[null]", "{\"a\":{}}", "\"P\"", "[\"P\",\"P\"]", "\"\\x\"", "tru",
        "NaN", "01", "\"unended", "\"1\"", "[1,2,3]", "{\"number\":1}", "\"/*\"", "/* c */1",
    ];

    public static string Text(Random random) => random.Next(12) switch
    {
        0 => new string((char)random.Next(32, 127), random.Next(1, 3_000)),
        1 => string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => new Rune(random.Next(0x20, 0xD7FF)).ToString())),
        2 => new string('9', random.Next(1, 400)),
        _ => Texts[random.Next(Texts.Length)],
    };

    /// <summary>Something to stand where a JSON value stands; often none.</summary>
    public static string JsonValue(Random random) => random.Next(10) switch
    {
        0 => $"\"{new string('x', random.Next(1, 5_000))}\"",
        1 => new string('[', random.Next(1, 2_000)),
        2 => $"{new string('[', 100)}{new string(']', 100)}",
        3 => new string('7', random.Next(1, 2_000)),
        4 => System.Text.Json.JsonSerializer.Serialize(Text(random)),
        _ => JsonValues[random.Next(JsonValues.Length)],
    };

    public static byte[] Bytes(Random random, int lengthMax)
    {
        byte[] bytes = new byte[random.Next(lengthMax)];
        random.NextBytes(bytes);
        return bytes;
    }
}
