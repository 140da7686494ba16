using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Turnstile.Api.Http.Description;

namespace Turnstile.Api.Http;

/// <summary>What every endpoint shares: the port, limits, JSON, faults and the API's description.</summary>
internal static class HttpComposition
{
    public const string DefaultUrl = "http://localhost:8080";
    public const string SwaggerPath = "/swagger";
    public const string DescriptionPath = "/openapi/v1.json";

    public static void AddHttp(this WebApplicationBuilder builder)
    {
        // Without keys anybody may do anything: only this machine is served unless somebody decides otherwise.
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = BodyLimits.Single;
        });
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            // A wrong type is answered 400, and the description of the API says so.
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.Converters.Add(new UtcTimes());
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<Faults>();
        builder.Services.AddOpenApi(options =>
        {
            // HEAD is GET without its body: to tell of both would be to tell everything twice.
            options.ShouldInclude = description => description.HttpMethod != HttpMethods.Head;
            options.AddDocumentTransformer<DocumentHead>();
            options.AddOperationTransformer<OperationDescription>();
            options.AddSchemaTransformer<SchemaDescription>();
        });
    }

    /// <summary>Whatever goes wrong behind it is answered as a problem.</summary>
    public static void UseFaults(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(
            bare => Problems.OfStatus(bare.HttpContext.Response.StatusCode).ExecuteAsync(bare.HttpContext));
    }

    public static void MapDescription(this WebApplication app)
    {
        app.MapOpenApi().WithHead();

        // For its own requests alone: every other one would pass through it, too, at a price.
        app.UseWhen(context => context.Request.Path.StartsWithSegments(SwaggerPath), pages => pages.UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint(DescriptionPath, "Turnstile");
            options.RoutePrefix = SwaggerPath.TrimStart('/');
            options.DocumentTitle = "Turnstile";
        }));
    }
}
