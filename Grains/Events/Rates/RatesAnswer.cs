using System.Text.Json;
using Turnstile.Grains.Events.Pipeline;

namespace Turnstile.Grains.Events.Rates;

/// <summary>What a source said, before it is compared with what is known.</summary>
internal sealed record RatesAnswer
{
    // One EUR has never been worth less of a currency than a ten-millionth (Bitcoin is at 10^-5), nor more than 10^8.
    private const decimal ValueMin = 0.000_000_1m;
    private const decimal ValueMax = 100_000_000m;

    /// <summary>Believable rates by currency.</summary>
    public required IReadOnlyDictionary<string, decimal> Values { get; init; }

    /// <summary>Why the others are not, by currency.</summary>
    public required IReadOnlyDictionary<string, string> Rejected { get; init; }

    /// <summary>Reads <c>{"base":"EUR","rates":{"USD":1.07}}</c>; other fields are ignored.</summary>
    /// <exception cref="InvalidDataException">The whole answer cannot be used; says why.</exception>
    public static RatesAnswer Read(ReadOnlyMemory<byte> body, string baseCurrency)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return Read(document.RootElement, baseCurrency);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is thrown at text that is no Unicode, which is found only where it is read.
            throw new InvalidDataException("the answer is not JSON", e);
        }
    }

    private static RatesAnswer Read(JsonElement root, string baseCurrency)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("the answer is not a JSON object");
        }

        if (!root.TryGetProperty("base"u8, out JsonElement named)
            || named.ValueKind != JsonValueKind.String || named.GetString() != baseCurrency)
        {
            throw new InvalidDataException($"the answer's base is not {baseCurrency}");
        }

        if (!root.TryGetProperty("rates"u8, out JsonElement rates) || rates.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException("the answer has no rates");
        }

        var values = new Dictionary<string, decimal>();
        var rejected = new Dictionary<string, string>();
        foreach (JsonProperty rate in rates.EnumerateObject().Where(rate => Currencies.IsKnown(rate.Name)))
        {
            if (Judge(rate.Value, out decimal value) is { } reason)
            {
                rejected[rate.Name] = reason;
            }
            else
            {
                values[rate.Name] = value;
            }
        }

        return values.Count + rejected.Count > 0
            ? new RatesAnswer { Values = values, Rejected = rejected }
            : throw new InvalidDataException("the answer has no rate of any known currency");
    }

    private static string? Judge(JsonElement element, out decimal value)
    {
        value = 0;
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetDecimal(out value))
        {
            return $"its rate is given as {Shorten(element.GetRawText())}, which is not a number of use";
        }

        string given = Shorten(element.GetRawText());
        value = Math.Round(value, CurrencyStage.RatePlacesMax);
        return value is >= ValueMin and <= ValueMax ? null : $"its rate is given as {given}, which nobody can believe";
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
