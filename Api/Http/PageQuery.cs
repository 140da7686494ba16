namespace Turnstile.Api.Http;

/// <summary>What the query of every list may say.</summary>
internal static class PageQuery
{
    public const int LimitDefault = 100;
    public const int LimitMax = 1_000;

    public static int Limit(string? text, FieldErrors errors)
    {
        if (text is null)
        {
            return LimitDefault;
        }

        if (PlainNumbers.TryParse(text, out int limit) && limit is >= 1 and <= LimitMax)
        {
            return limit;
        }

        errors.Add("limit", $"Must be an integer from 1 to {LimitMax}.");
        return LimitDefault;
    }
}
