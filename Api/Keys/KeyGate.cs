using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;

namespace Turnstile.Api.Keys;

/// <summary>
/// Lets in who has a key. Without one only the health of the service is told, and what calls there are, once keys are configured.
/// </summary>
internal static class KeyGate
{
    private const string Bearer = "Bearer ";
    private const string Foreign =
        "Where no keys are set, pages of other sites change nothing. If this host is the service's own, name it in AllowedHosts.";

    public static void AddKeys(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<KeyOptions>()
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection(KeyOptions.Section).Bind(options.All))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<KeyOptions>, KeyCheck>();
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<ForeignPages>();
    }

    public static void UseKeys(this IApplicationBuilder app)
    {
        KeyRing keys = app.ApplicationServices.GetRequiredService<KeyRing>();
        ForeignPages pages = app.ApplicationServices.GetRequiredService<ForeignPages>();
        app.Use(next => context => IsPublic(context.Request.Path) ? next(context) : Enter(keys, pages, context, next));
    }

    /// <summary>Puts the gate in front of an endpoint that is called past the middleware.</summary>
    public static RequestDelegate BehindKeys(this RequestDelegate endpoint, IServiceProvider services)
    {
        KeyRing keys = services.GetRequiredService<KeyRing>();
        ForeignPages pages = services.GetRequiredService<ForeignPages>();
        return context => Enter(keys, pages, context, endpoint);
    }

    /// <summary>Who asks.</summary>
    public static Identity Identity(this HttpContext context) => context.Features.Get<Identity>() ?? Keys.Identity.Anybody;

    /// <summary>Keeps endpoints to keys that are for administration.</summary>
    public static TBuilder ForAdmins<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints
            .AddEndpointFilter((context, next) => context.HttpContext.Identity().Admin
                ? next(context)
                : ValueTask.FromResult<object?>(Problems.Of(StatusCodes.Status403Forbidden, "This needs an admin key.")))
            .WithMetadata(new ProducesResponseTypeMetadata(
                StatusCodes.Status403Forbidden, typeof(ProblemDetails), ["application/problem+json"]));

    /// <summary>The description has no data in it, and a browser that opens its page has no key to send yet.</summary>
    private static bool IsPublic(PathString path) =>
        path.StartsWithSegments("/health")
        || path.StartsWithSegments(HttpComposition.DescriptionPath)
        || path.StartsWithSegments(HttpComposition.SwaggerPath);

    private static Task Enter(KeyRing keys, ForeignPages pages, HttpContext context, RequestDelegate next)
    {
        if (keys.IsOpen)
        {
            // With keys it is these that a page of another site lacks; without, nothing else tells it from whoever may.
            return pages.AskForChange(context)
                ? Problems.Of(StatusCodes.Status403Forbidden, Foreign).ExecuteAsync(context)
                : next(context);
        }

        if (KeyOf(context.Request) is not { } key || keys.Find(key) is not { } identity)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.Of(StatusCodes.Status401Unauthorized, "Send your key: Authorization: Bearer <key>.")
                .ExecuteAsync(context);
        }

        context.Features.Set(identity);
        return next(context);
    }

    private static string? KeyOf(HttpRequest request)
    {
        string? authorization = request.Headers.Authorization;
        return authorization is not null && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : request.Headers["X-Api-Key"];
    }

    /// <summary>Says which key is wrong, without saying the key.</summary>
    private sealed class KeyCheck : IValidateOptions<KeyOptions>
    {
        public ValidateOptionsResult Validate(string? name, KeyOptions options)
        {
            List<string> faults =
            [
                .. options.All
                    .Select((key, i) => key.Fault is { } fault ? $"{KeyOptions.Section}:{i}: {fault}." : null)
                    .OfType<string>(),
                .. options.All
                    .Where(key => key.Fault is null)
                    .GroupBy(key => key.Hash)
                    .Where(same => same.Count() > 1)
                    .Select(same => $"{KeyOptions.Section}: {same.Count()} accounts have one key."),
            ];
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
