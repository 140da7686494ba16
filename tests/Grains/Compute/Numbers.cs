namespace Turnstile.Grains.Tests.Compute;

/// <summary>Numbers whose factors are known.</summary>
internal static class Numbers
{
    /// <summary>40 digits: some tens of milliseconds.</summary>
    public const string Short = "2100867161705376032330771849393018555099";

    /// <summary>56 digits: about a second.</summary>
    public const string Seconds = "21000000000086716048604974031326311370560491370328421287";

    public const string SecondsToo = "32000000000000360058685426684853973422273410300660189027";

    public const string SecondsThree = "56000000000000980403184872217684722793854651718960812839";

    public const string SecondsLeft = "3000000000012345678901234729";

    public const string SecondsRight = "7000000000000098765432109903";

    /// <summary>The product of two primes of 60 digits: years of work.</summary>
    public const string Unsplittable =
        "300000000000000000000000000000000000000000000000000000037474100000000000000000000000000000000000000000000000000012097689";

    /// <summary>80 digits: a minute and more; no test waits for it.</summary>
    public const string Long = "21000000000000000000000086716048604972324000000001219326311372226861725586259439";
}
