using System.Globalization;
using Turnstile.Api.Http;
using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>The query of a page: <c>limit</c> and <c>after</c>.</summary>
internal static class PageQuery
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1_000;

    public static int Limit(string? text, FieldErrors errors)
    {
        if (text is null)
        {
            return LimitDefault;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= LimitMax)
        {
            return limit;
        }

        errors.Add("limit", $"Must be an integer from 1 to {LimitMax}.");
        return LimitDefault;
    }

    /// <summary>The job that the page before ended with.</summary>
    public static long? After(string? text, FieldErrors errors)
    {
        if (text is null)
        {
            return null;
        }

        if (JobId.TryParse(text, out long id))
        {
            return id;
        }

        errors.Add("after", "Is not the cursor of a page.");
        return null;
    }

    public static IResult Answer(Page<JobView> page) => TypedResults.Json(
        new PageBody<JobBody>([.. page.Items.Select(JobBody.Of)], page.Next), ApiJson.Default.PageBodyJobBody);
}
