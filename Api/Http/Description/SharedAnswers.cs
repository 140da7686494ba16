using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Turnstile.Api.Keys;

namespace Turnstile.Api.Http.Description;

/// <summary>The answers that any endpoint may give, told once for all of them.</summary>
internal static class SharedAnswers
{
    private const string Media = "application/problem+json";

    private static readonly int[] OfAll =
        [StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable];

    private static readonly int[] OfChanges = [StatusCodes.Status403Forbidden];

    private static readonly int[] OfBodies =
    [
        StatusCodes.Status408RequestTimeout, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
    ];

    /// <summary>Describes them on every endpoint of the group that does not describe them itself.</summary>
    public static RouteGroupBuilder WithSharedAnswers(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            bool hasBody = endpoint.Metadata.OfType<IAcceptsMetadata>().Any();
            bool changes = endpoint.Metadata.OfType<IHttpMethodMetadata>().Any(methods => !methods.HttpMethods.Any(HttpMethods.IsGet));
            HashSet<int> described = [.. endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Select(answer => answer.StatusCode)];

            // A page of another site that asks for a change; where there are keys it has none.
            bool mayBeForeign = changes && endpoint.ApplicationServices.GetRequiredService<KeyRing>().IsOpen;
            foreach (int status in OfAll.Concat(mayBeForeign ? OfChanges : []).Concat(hasBody ? OfBodies : []))
            {
                if (described.Add(status))
                {
                    endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), [Media]));
                }
            }
        });
        return group;
    }
}
