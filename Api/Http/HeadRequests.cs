using Microsoft.AspNetCore.Http.Metadata;

namespace Turnstile.Api.Http;

/// <summary>HEAD: what GET would answer, without its body. Monitors and load balancers ask so.</summary>
internal static class HeadRequests
{
    private const string EventStream = "text/event-stream";

    /// <summary>
    /// Has every endpoint that answers GET answer HEAD, but for streams, which would be over only when what they follow is.
    /// </summary>
    public static TBuilder WithHead<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Finally(endpoint =>
        {
            bool isGet = endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is [var only]
                && HttpMethods.IsGet(only);
            bool isStream = endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(
                answer => answer.ContentTypes.Contains(EventStream));
            if (isGet && !isStream && !endpoint.Metadata.OfType<GetOnlyMark>().Any())
            {
                endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
            }
        });
        return endpoints;
    }

    /// <summary>The endpoint does something when it is asked, and does not answer HEAD.</summary>
    public static TBuilder GetOnly<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new GetOnlyMark());

    private sealed class GetOnlyMark;
}
