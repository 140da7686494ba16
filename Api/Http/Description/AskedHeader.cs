namespace Turnstile.Api.Http.Description;

/// <summary>A request header that an endpoint reads, for its description.</summary>
internal sealed record AskedHeader(string Name, bool Required, string Description, string Example);

/// <summary>Tells which headers endpoints read.</summary>
internal static class AskedHeaders
{
    /// <summary>The endpoint reads who the caller is.</summary>
    public static TBuilder ForCaller<TBuilder>(this TBuilder endpoints, bool required = true)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new AskedHeader(
            Requester.Header, required, "Who asks: 1 to 128 visible ASCII characters. Callers share the machine fairly.", "me"));

    /// <summary>The endpoint takes the same key as the same request.</summary>
    public static TBuilder Idempotent<TBuilder>(this TBuilder endpoints, string header)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new AskedHeader(
            header, false, "1 to 255 visible ASCII characters; a request that is sent again with it is the same request.", "order-17"));
}
