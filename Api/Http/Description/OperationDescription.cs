using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Turnstile.Api.Http.Description;

/// <summary>
/// Completes the description of each operation: a name for generated clients, what its parameters mean, headers, and an
/// example of every body.
/// </summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        ApiDescription description = context.Description;
        operation.OperationId = NameOf(description);
        DescribeParameters(operation, description);
        if (operation.RequestBody?.Content is { } content
            && description.ActionDescriptor.EndpointMetadata.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType is { } type)
        {
            foreach ((string media, OpenApiMediaType body) in content)
            {
                body.Example = BodyExamples.OfRequest(type, media);
            }
        }

        foreach (ApiResponseType answer in description.SupportedResponseTypes)
        {
            DescribeAnswer(operation, description, answer);
        }

        return Task.CompletedTask;
    }

    /// <summary><c>POST /widgets/batch</c> is <c>PostWidgetsBatch</c>, <c>GET /widgets/{serial}</c> <c>GetWidgetsBySerial</c>.</summary>
    private static string NameOf(ApiDescription description)
    {
        IEnumerable<string> words = (description.RelativePath ?? "")
            .Split('/', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(segment => segment.StartsWith('{') ? ["by", segment.Trim('{', '}')] : segment.Split('-', '_'))
            .Prepend((description.HttpMethod ?? "GET").ToLowerInvariant());
        return string.Concat(words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private static void DescribeParameters(OpenApiOperation operation, ApiDescription description)
    {
        string path = description.RelativePath ?? "";
        foreach (OpenApiParameter parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            ParameterDescription.Complete(parameter, path);
        }

        foreach (AskedHeader header in description.ActionDescriptor.EndpointMetadata.OfType<AskedHeader>())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Required = header.Required,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = header.Example,
            });
        }
    }

    private static void DescribeAnswer(
        OpenApiOperation operation, ApiDescription description, ApiResponseType answer)
    {
        string status = answer.StatusCode.ToString(CultureInfo.InvariantCulture);
        if (operation.Responses?[status] is not OpenApiResponse response)
        {
            return;
        }

        foreach ((string media, OpenApiMediaType body) in response.Content ?? new Dictionary<string, OpenApiMediaType>())
        {
            if (media.StartsWith("text/", StringComparison.Ordinal))
            {
                body.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
            }

            body.Example ??= answer.Type is { } type && answer.StatusCode >= StatusCodes.Status400BadRequest
                ? BodyExamples.OfProblem(answer.StatusCode, type, media)
                : BodyExamples.OfAnswer(answer.Type ?? typeof(void), media, answer.StatusCode, description.RelativePath ?? "");
        }

        foreach ((string name, string meaning, JsonNode example) in AnswerHeaders.Of(description, answer.StatusCode))
        {
            (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = new OpenApiHeader
            {
                Description = meaning,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = example,
            };
        }
    }
}
