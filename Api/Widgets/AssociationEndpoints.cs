using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Grains.Widgets;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>Connections of widgets over HTTP: made and undone, always on both sides.</summary>
internal static class AssociationEndpoints
{
    public static void MapAssociations(this IEndpointRouteBuilder widgets, WidgetRequests requests)
    {
        widgets.MapPut("/associations", (Delegate)requests.Connect)
            .WithSummary("Connects a port of two widgets; whoever held either end is free.")
            .Accepts<AssociationBody>("application/json")
            .Produces<AssociatedBody>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .Straight();
        widgets.MapPut("/associations/batch", ConnectBatch)
            .WithSummary("Makes up to 10,000 connections in their order, as NDJSON or a JSON array, with an answer for each line.")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimits.Batch))
            .Accepts<AssociationBody[]>("application/x-ndjson", "application/json")
            .Produces<BatchBody>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        widgets.MapDelete("/{serial}/associations/{port}", Disconnect)
            .WithSummary("Frees a port, on both sides; 404 where nothing is connected to it.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Task<IResult> ConnectBatch(HttpContext context, IGrainFactory grains, IOptions<WidgetOptions> options) =>
        ChangeRequests.ApplyBatch(context, grains, options.Value.BatchMax, WidgetReader.ReadAssociation);

    private static async Task<IResult> Disconnect(string serial, string port, HttpContext context, IGrainFactory grains)
    {
        var errors = new FieldErrors();
        if (!WidgetPath.TryRead(context, serial, out string number, out string? fault))
        {
            errors.Add("serial", fault);
        }

        if (!PortNames.TryParse(port, out PortType type))
        {
            errors.Add("port", PortNames.Fault);
        }

        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        WidgetOutcome outcome = await grains.GetGrain<IWidgetGrain>(number).Disconnect(type);
        return outcome switch
        {
            WidgetOutcome.Disconnected => TypedResults.NoContent(),
            // What the widget cannot have connected is not connected.
            WidgetOutcome.NoPort => Problems.NotFound(OutcomeAnswers.DetailOf(outcome, number)!),
            _ => OutcomeAnswers.Problem(outcome, number),
        };
    }
}
