using Turnstile.Events;

namespace Turnstile.Grains.Events.Pipeline;

/// <summary>
/// Converts an event's amount into EUR cents, exactly: integers throughout, rounded once, half away from zero.
/// </summary>
internal static class CurrencyStage
{
    /// <summary>
    /// More cents than this are not believed: 100 billion EUR, far from where a sum of them would overflow.
    /// </summary>
    public const long CentsMax = 10_000_000_000_000;

    /// <summary>Decimal places of a rate that count; the 128-bit products below need it to be at most 20.</summary>
    public const int RatePlacesMax = 20;

    private const int EuroDigits = 2;

    public static EuroAmount Convert(CasinoEvent casinoEvent, ExchangeRates rates)
    {
        if (casinoEvent.Amount is not { } amount)
        {
            return default;
        }

        if (casinoEvent.Currency == Currencies.Euro)
        {
            return new EuroAmount { Cents = amount };
        }

        if (!rates.Rates.TryGetValue(casinoEvent.Currency!, out ExchangeRate? rate))
        {
            string why = rates.Problem ?? "the source does not have it";
            return new EuroAmount { Failure = $"No rate for {casinoEvent.Currency}: {why}.", Hopeless = rates.Hopeless };
        }

        UInt128 cents = Cents(amount, Currencies.MinorDigits(casinoEvent.Currency!), rate.Value);
        return cents <= CentsMax
            ? new EuroAmount { Cents = (long)cents, Rate = rate }
            : new EuroAmount { Failure = $"The amount is more than {CentsMax} EUR cents at a rate of {rate.Value}." };
    }

    /// <param name="amount">In minor units, 0…10^12.</param>
    /// <param name="minorDigits">Of the currency, 0…8.</param>
    /// <param name="rate">Units of the currency for one EUR; positive, at most <see cref="RatePlacesMax"/>
    /// places.</param>
    public static UInt128 Cents(long amount, int minorDigits, decimal rate)
    {
        // amount / 10^minorDigits / (mantissa / 10^scale) * 10^2: at most 10^34 over 8 * 10^36.
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(rate, parts);
        int scale = (parts[3] >> 16) & 0xFF;
        var mantissa = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        UInt128 dividend = (UInt128)amount * PowerOfTen(EuroDigits + scale);
        UInt128 divisor = mantissa * PowerOfTen(minorDigits);
        (UInt128 cents, UInt128 rest) = UInt128.DivRem(dividend, divisor);
        return rest * 2 >= divisor ? cents + 1 : cents;
    }

    private static UInt128 PowerOfTen(int exponent)
    {
        UInt128 power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}

/// <summary>What an event's amount is in EUR, or why that cannot be told.</summary>
internal readonly record struct EuroAmount
{
    /// <summary>EUR cents; null where the event has no amount, or on failure.</summary>
    public long? Cents { get; init; }

    /// <summary>The rate used; null where none was needed.</summary>
    public ExchangeRate? Rate { get; init; }

    public string? Failure { get; init; }

    /// <summary>Another attempt cannot help.</summary>
    public bool Hopeless { get; init; }
}
