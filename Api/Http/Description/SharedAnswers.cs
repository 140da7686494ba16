using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Turnstile.Api.Http.Description;

/// <summary>The answers that any endpoint may give, told once for all of them.</summary>
internal static class SharedAnswers
{
    private const string Media = "application/problem+json";

    private static readonly int[] OfAll =
        [StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable];

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
            HashSet<int> described = [.. endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Select(answer => answer.StatusCode)];
            foreach (int status in hasBody ? OfAll.Concat(OfBodies) : OfAll)
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
