using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;

namespace Turnstile.Api.Tests.Factorial;

/// <summary>The calls of Factorial as a client makes them, and the answers as the framework computes them.</summary>
internal static class FactorialClient
{
    public const string Address = "/api/v1/factorial";

    public static Task<HttpResponseMessage> Ask(this HttpClient http, int number) =>
        http.SendRaw(Address, $"{{\"number\":\"{number}\"}}", null);

    /// <summary>Asks, and follows the events until the factorial has ended.</summary>
    public static async Task<JsonElement> AskAndRead(this HttpClient http, int number)
    {
        using HttpResponseMessage asked = await http.Ask(number);
        Assert.Contains(asked.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Accepted });
        return await http.ReadWhenEnded(number);
    }

    public static async Task<JsonElement> ReadWhenEnded(this HttpClient http, int number)
    {
        string events = await http.GetStringAsync($"{Address}/{number}/events");
        Assert.Contains("event: done", events, StringComparison.Ordinal);
        using HttpResponseMessage answer = await http.GetAsync($"{Address}/{number}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static async Task<HttpResponseMessage> GetPlain(
        this HttpClient http, int number, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Address}/{number}");
        request.Headers.Accept.ParseAdd("text/plain");
        headers?.Invoke(request.Headers);
        return await http.SendAsync(request);
    }

    public static string Sha256(string digits) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(digits)));

    /// <summary>n! by the framework's big integers, which the service does not use.</summary>
    public static string Factorial(int n) => Product(1, n).ToString(CultureInfo.InvariantCulture);

    private static BigInteger Product(int from, int to) => to - from < 8
        ? Enumerable.Range(from, Math.Max(0, to - from + 1)).Aggregate(BigInteger.One, (product, factor) => product * factor)
        : Product(from, (from + to) / 2) * Product(((from + to) / 2) + 1, to);
}
