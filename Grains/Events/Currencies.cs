using System.Collections.Frozen;

namespace Turnstile.Grains.Events;

/// <summary>
/// The currencies that events may name, with the digits of their minor units: ISO 4217, and Bitcoin with eight.
/// </summary>
public static class Currencies
{
    /// <summary>The currency that amounts are converted to; it needs no rate.</summary>
    public const string Euro = "EUR";

    /// <summary>Every code is this long.</summary>
    internal const int CodeLength = 3;

    private const string WithoutMinorUnit = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";

    private const string WithThreeDigits = "BHD IQD JOD KWD LYD OMR TND";

    private const string WithFourDigits = "CLF UYW";

    private const string WithEightDigits = "BTC";

    private const string WithTwoDigits =
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
        + "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
        + "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
        + "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
        + "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";

    private static readonly FrozenDictionary<string, int> Digits = Table(
        (0, WithoutMinorUnit), (2, WithTwoDigits), (3, WithThreeDigits), (4, WithFourDigits), (8, WithEightDigits));

    private static readonly FrozenDictionary<int, string> ByPacked =
        Digits.Keys.ToFrozenDictionary(code => Pack((byte)code[0], (byte)code[1], (byte)code[2]));

    public static bool IsKnown(string code) => Digits.ContainsKey(code);

    /// <summary>The decimal digits of the minor unit: 2 where 100 of them make one major unit.</summary>
    /// <exception cref="KeyNotFoundException">The currency is not known.</exception>
    public static int MinorDigits(string code) => Digits[code];

    /// <summary>The one string of a known code, read from ASCII without making another.</summary>
    /// <returns>Null where it is not known.</returns>
    public static string? Find(ReadOnlySpan<byte> ascii) => ascii.Length == CodeLength
        ? ByPacked.GetValueOrDefault(Pack(ascii[0], ascii[1], ascii[2]))
        : null;

    private static int Pack(byte first, byte second, byte third) => (first << 16) | (second << 8) | third;

    private static FrozenDictionary<string, int> Table(params (int Digits, string Codes)[] groups) =>
        groups.SelectMany(group => group.Codes.Split(' ').Select(code => (code, group.Digits)))
            .ToFrozenDictionary(pair => pair.code, pair => pair.Digits);
}
