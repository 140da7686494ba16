using System.Globalization;
using System.Net.Http.Json;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Turnstile.Load.Soak;

/// <summary>Factorials asked for at random, followed to their end and read; the digits are computed here too.</summary>
internal sealed class FactorialSoak(HttpClient http, int seed) : SoakActivity("factorial")
{
    private const int Max = 3_000;

    private readonly Random _random = new(seed);
    private readonly Dictionary<int, string> _checksums = [];

    protected override async Task Step()
    {
        int number = _random.Next(Max);
        using HttpResponseMessage asked = await http.PostAsJsonAsync("/factorial", new { number });
        asked.EnsureSuccessStatusCode();
        await http.GetStringAsync($"/factorial/{number}/events");
        if (!_checksums.TryGetValue(number, out string? checksum))
        {
            _checksums.Add(number, checksum = Checksum(Factorial(number)));
        }

        JsonElement read = await http.GetFromJsonAsync<JsonElement>($"/factorial/{number}");
        bool right = read.GetProperty("checksum").GetString() == checksum
            && Checksum(read.GetProperty("result").GetString()!) == checksum;
        Wrong += right ? 0 : 1;
    }

    protected override async Task<long> CountLost()
    {
        JsonElement stats = await http.GetFromJsonAsync<JsonElement>("/api/v1/factorial/stats");
        return _checksums.Count - stats.GetProperty("numbers").GetProperty("done").GetInt64();
    }

    private static string Checksum(string digits) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(digits)));

    private static string Factorial(int number)
    {
        BigInteger product = BigInteger.One;
        for (int factor = 2; factor <= number; factor++)
        {
            product *= factor;
        }

        return product.ToString(CultureInfo.InvariantCulture);
    }
}
