using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Grains.Widgets;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>Widgets over HTTP: made, looked at, listed, deleted.</summary>
internal static class WidgetEndpoints
{
    public static void AddWidgetsApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddWidgetOptions(configuration);
        services.AddSingleton<WidgetRequests>();
        services.ConfigureHttpJsonOptions(
            options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, WidgetJson.Default));
    }

    public static void MapWidgets(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder widgets = app.MapGroup("/widgets").WithTags("Widgets");
        WidgetRequests requests = app.ServiceProvider.GetRequiredService<WidgetRequests>();
        widgets.MapPost("", (Delegate)requests.Create)
            .WithSummary("Makes a widget. 200 where the same one is there already.")
            .Accepts<NewWidgetBody>("application/json")
            .Produces<WidgetBody>(StatusCodes.Status201Created)
            .Produces<WidgetBody>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .Straight();
        widgets.MapPost("/batch", CreateBatch)
            .WithSummary("Makes up to 10,000 widgets, as NDJSON or a JSON array: all that can be, with an answer for each line.")
            .WithMetadata(new RequestSizeLimitAttribute(BodyLimits.Batch))
            .Accepts<NewWidgetBody[]>("application/x-ndjson", "application/json")
            .Produces<BatchBody>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        widgets.MapGet("", List)
            .WithSummary("All widgets, by serial number, as of one moment for each page.")
            .Produces<PageBody<WidgetBody>>()
            .ProducesValidationProblem();
        widgets.MapGet("/{serial}", (Delegate)requests.Get)
            .WithSummary("One widget and who is connected to it.")
            .Produces<WidgetBody>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .Straight();
        widgets.MapDelete("/{serial}", Delete)
            .WithSummary("Deletes a widget and frees its peers.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        widgets.MapAssociations(requests);
    }

    private static Task<IResult> CreateBatch(HttpContext context, IGrainFactory grains, IOptions<WidgetOptions> options) =>
        ChangeRequests.ApplyBatch(context, grains, options.Value.BatchMax, WidgetReader.ReadWidget);

    private static async Task<IResult> Delete(string serial, HttpContext context, IGrainFactory grains)
    {
        if (!WidgetPath.TryRead(context, serial, out string number, out string? fault))
        {
            return Problems.BadField("serial", fault);
        }

        WidgetOutcome outcome = await grains.GetGrain<IWidgetGrain>(number).Delete();
        return outcome is WidgetOutcome.Deleted ? TypedResults.NoContent() : OutcomeAnswers.Problem(outcome, number);
    }

    private static async Task<IResult> List(string? limit, string? after, IGrainFactory grains)
    {
        var errors = new FieldErrors();
        int size = PageQuery.Limit(limit, errors);
        if (after is not null && WidgetText.SerialFault(after) is not null)
        {
            errors.Add("after", "Is not the cursor of a page.");
        }

        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        Page<WidgetView> page = await grains.GetGrain<IWidgetLedgerGrain>(0).List(size, after);
        return TypedResults.Json(
            new PageBody<WidgetBody>([.. page.Items.Select(WidgetBody.Of)], page.Next), WidgetJson.Default.PageBodyWidgetBody);
    }
}
