using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Turnstile.Api.Http.Description;

/// <summary>The head of the OpenAPI document: what the service is, and how one proves who one is.</summary>
internal sealed class DocumentHead : IOpenApiDocumentTransformer
{
    private const string Bearer = "bearer";
    private const string ApiKey = "api_key";

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Turnstile",
            Version = "v1",
            Description =
                "Computes with big numbers, fairly for every caller; connects widgets; counts events and unique ids. "
                + "Name yourself with the header X-Caller-ID. Errors are application/problem+json and name each bad field.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            Description = "The key of an account. Needed where keys are configured.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(ApiKey, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-Api-Key",
            Description = "The same key, for clients that cannot send Authorization.",
        });

        // The empty one stands for a service without keys, and for health.
        document.Security = [Requirement(Bearer, document), Requirement(ApiKey, document), new OpenApiSecurityRequirement()];
        return Task.CompletedTask;
    }

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
