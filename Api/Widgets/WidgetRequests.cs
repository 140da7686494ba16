using Turnstile.Api.Http;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>
/// What is asked of widgets most: one made, one looked at, two connected. Requests are read and answers written without the detours of
/// services by request and result objects; only refusals take them.
/// </summary>
internal sealed class WidgetRequests(IGrainFactory grains)
{
    private IWidgetLedgerGrain? _ledger;

    // It is no more the one widget's than the other's: asked of the ledger, a connection wakes neither. Named at the first request: a
    // gateway knows the grains of its cluster only once it is connected.
    private IWidgetLedgerGrain Ledger => _ledger ??= grains.GetGrain<IWidgetLedgerGrain>(0);

    public async Task Create(HttpContext context)
    {
        (WidgetChange? change, IResult? problem) = await ChangeRequests.ReadOne(context, WidgetReader.ReadWidget);
        if (change is not WidgetChange.Create create)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        WidgetOutcome outcome = await grains.GetGrain<IWidgetGrain>(create.Serial).Create(create.Name, create.Ports);
        switch (outcome)
        {
            case WidgetOutcome.Created created:
                context.Response.Headers.Location = WidgetPath.Of(create.Serial);
                WidgetAnswer.Send(context.Response, StatusCodes.Status201Created, created.Widget!);
                break;
            case WidgetOutcome.Repeated repeated:
                WidgetAnswer.Send(context.Response, StatusCodes.Status200OK, repeated.Widget!);
                break;
            default:
                await OutcomeAnswers.Problem(outcome, create.Serial).ExecuteAsync(context);
                break;
        }
    }

    public async Task Get(string serial, HttpContext context)
    {
        if (!WidgetPath.TryRead(context, serial, out string number, out string? fault))
        {
            await Problems.BadField("serial", fault).ExecuteAsync(context);
            return;
        }

        if (await grains.GetGrain<IWidgetGrain>(number).View() is { } widget)
        {
            WidgetAnswer.Send(context.Response, StatusCodes.Status200OK, widget);
            return;
        }

        await OutcomeAnswers.Problem(new WidgetOutcome.NoWidget { Serial = number }, number).ExecuteAsync(context);
    }

    public async Task Connect(HttpContext context)
    {
        (WidgetChange? change, IResult? problem) = await ChangeRequests.ReadOne(context, WidgetReader.ReadAssociation);
        if (change is not WidgetChange.Connect connect)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        WidgetOutcome outcome = await Ledger.Apply(connect);
        if (outcome is WidgetOutcome.Connected connected)
        {
            WidgetAnswer.Send(context.Response, connected);
            return;
        }

        await OutcomeAnswers.Problem(outcome, connect.Serial).ExecuteAsync(context);
    }
}
