using Turnstile.Api.Http;

namespace Turnstile.Api.Live;

/// <summary>What browsers are told of pages, so that nothing can be slipped into them or put around them.</summary>
internal static class PageHeaders
{
    // The page that tries the API out comes with styles and a script in its HTML.
    private const string SwaggerPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "base-uri 'none'; frame-ancestors 'none'";

    public static void UsePages(this WebApplication app)
    {
        var pages = new LivePages();
        app.Use(next => context =>
        {
            if (pages.TryServe(context, out Task served))
            {
                return served;
            }

            if (context.Request.Path.StartsWithSegments(HttpComposition.SwaggerPath))
            {
                Set(context.Response.Headers, SwaggerPolicy);
            }

            return next(context);
        });
    }

    public static void Set(IHeaderDictionary headers, string policy)
    {
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
    }
}
