using Turnstile.Api.Http;
using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>Pages of jobs.</summary>
internal static class JobPages
{
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
