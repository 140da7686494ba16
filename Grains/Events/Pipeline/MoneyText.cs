namespace Turnstile.Grains.Events.Pipeline;

/// <summary>Amounts for people: whole ones without decimals, others with all of the currency's.</summary>
internal static class MoneyText
{
    /// <summary>500 minor units of USD are <c>5 USD</c>, 468 of EUR are <c>4.68 EUR</c>.</summary>
    public static string Of(long minorUnits, string currency)
    {
        int digits = Currencies.MinorDigits(currency);
        decimal amount = new(minorUnits);
        for (int i = 0; i < digits; i++)
        {
            amount /= 10;
        }

        return decimal.IsInteger(amount)
            ? $"{amount:0} {currency}"
            : $"{amount.ToString(string.Concat("F", digits.ToString()))} {currency}";
    }
}
