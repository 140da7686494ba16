using Microsoft.Net.Http.Headers;

namespace Turnstile.Api.Http;

/// <summary>What a reader has already.</summary>
internal static class EntityTags
{
    /// <summary>
    /// Whether the reader has what the tag stands for, as <c>If-None-Match</c> says: a list, or anything there is. Weak tags count, because
    /// whoever packs an answer on its way makes its tag one.
    /// </summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="tag">Between quotes.</param>
    public static bool IsKnown(HttpRequest request, string tag)
    {
        if (request.Headers.IfNoneMatch.Count == 0)
        {
            return false;
        }

        var own = new EntityTagHeaderValue(tag);
        return request.GetTypedHeaders().IfNoneMatch.Any(known =>
            known.Tag == "*" || known.Compare(own, useStrongComparison: false));
    }
}
