using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Turnstile.Api.Http;

/// <summary>The head of the OpenAPI document.</summary>
internal sealed class ApiDescription : IOpenApiDocumentTransformer
{
    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Turnstile",
            Version = "v1",
            Description =
                "Computes with big numbers, fairly for every caller. Name yourself with the header X-Caller-ID. "
                + "Errors are application/problem+json and name each bad field.",
        };
        return Task.CompletedTask;
    }
}
