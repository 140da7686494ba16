namespace Turnstile.Grains.Tests.Compute;

/// <summary>Numbers whose factors are known.</summary>
internal static class Numbers
{
    /// <summary>40 digits: some tens of milliseconds.</summary>
    public const string Short = "2100867161705376032330771849393018555099";

    /// <summary>56 digits: about a second.</summary>
    public const string Seconds = "21000000000086716048604974031326311370560491370328421287";

    public const string SecondsLeft = "3000000000012345678901234729";

    public const string SecondsRight = "7000000000000098765432109903";

    /// <summary>80 digits: a minute and more; no test waits for it.</summary>
    public const string Long = "21000000000000000000000086716048604972324000000001219326311372226861725586259439";
}
