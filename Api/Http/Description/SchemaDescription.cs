using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Turnstile.Api.Compute;
using Turnstile.Api.Factorial;
using Turnstile.Api.Widgets;
using Turnstile.Compute;

namespace Turnstile.Api.Http.Description;

/// <summary>Says of bodies what their types in C# cannot say.</summary>
internal sealed class SchemaDescription : IOpenApiSchemaTransformer
{
    private static readonly Type[] Results =
        [typeof(FactorizeResult), typeof(FactorialResult), typeof(LargeFactorialBody), typeof(IsPrimeResult), typeof(NextPrimeResult)];

    public async Task TransformAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // Whole types only; their properties come here too.
        if (context.JsonPropertyInfo is not null || schema.Properties is not { } properties)
        {
            return;
        }

        Type type = context.JsonTypeInfo.Type;
        if (type == typeof(JobBody))
        {
            var results = new List<IOpenApiSchema>();
            foreach (Type result in Results)
            {
                results.Add(await context.GetOrCreateSchemaAsync(result, null, cancellationToken));
            }

            properties["result"] = new OpenApiSchema
            {
                Description = "By operation: factors, a factorial, whether it is prime, the next prime; null before the end.",
                AnyOf = [.. results, new OpenApiSchema { Type = JsonSchemaType.Null }],
            };
        }
        else if (type == typeof(FactorialRequestBody))
        {
            properties["number"] = Integer();
        }
        else if (type == typeof(FactorialBatchRequestBody))
        {
            properties["numbers"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Integer() };
        }
        else if (type == typeof(WidgetBody))
        {
            properties["connections"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Of each port that it has, the serial number of the peer, or null.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null },
            };
        }
    }

    private static OpenApiSchema Integer() => new()
    {
        Type = JsonSchemaType.String | JsonSchemaType.Integer,
        Pattern = "^[0-9]+$",
        Description = "An integer, as a string or as a JSON number.",
    };
}
