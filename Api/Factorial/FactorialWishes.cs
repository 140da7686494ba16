using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Compute;
using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>Factorials asked for over HTTP, one or many.</summary>
internal static class FactorialWishes
{
    public static async Task<IResult> Ask(
        HttpContext context,
        IGrainFactory grains,
        FactorialRequestReader reader,
        FactorialCounts counts,
        FactorialCallbacks callbacks)
    {
        if (!context.Request.IsJson())
        {
            return Problems.UnsupportedMedia("Send application/json.");
        }

        var errors = new FieldErrors();
        CallerKey caller = Caller(context, errors);
        FactorialRequest request = await reader.ReadOne(context.Request, errors);
        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        if (request.Callback is not null && !callbacks.HasRoomFor(1))
        {
            return TooManyCallbacks(context);
        }

        int number = request.Numbers[0];
        counts.Requested(number);
        switch (await grains.GetGrain<IFactorialGrain>(number).Ask(caller))
        {
            case FactorialAsked.Taken { View: var view }:
                CallBack(callbacks, number, request.Callback);
                context.Response.Headers.Location = $"{FactorialEndpoints.Address}/{number}";
                return new FactorialStanding(view);
            case FactorialAsked.Refused refused:
                return Problems.TooMany(context, QueueFull(refused), refused.RetryAfterSeconds);
            default:
                throw new InvalidOperationException("A wish has no other outcome.");
        }
    }

    public static async Task<IResult> AskMany(
        HttpContext context,
        IGrainFactory grains,
        FactorialRequestReader reader,
        FactorialCounts counts,
        FactorialCallbacks callbacks)
    {
        if (!context.Request.IsJson())
        {
            return Problems.UnsupportedMedia("Send application/json.");
        }

        var errors = new FieldErrors();
        CallerKey caller = Caller(context, errors);
        FactorialRequest request = await reader.ReadMany(context.Request, errors);
        if (errors.Any)
        {
            return Problems.BadFields(errors);
        }

        List<int> asked = request.Numbers;
        if (request.Callback is not null && !callbacks.HasRoomFor(asked.Count))
        {
            return TooManyCallbacks(context);
        }

        asked.ForEach(counts.Requested);
        FactorialAsked[] outcomes = await Task.WhenAll(
            asked.Select(number => grains.GetGrain<IFactorialGrain>(number).Ask(caller)));
        FactorialView[] taken = [.. outcomes.OfType<FactorialAsked.Taken>().Select(outcome => outcome.View)];
        if (taken.Length == 0)
        {
            var refused = (FactorialAsked.Refused)outcomes[0];
            return Problems.TooMany(context, QueueFull(refused), refused.RetryAfterSeconds);
        }

        Array.ForEach(taken, view => CallBack(callbacks, view.Number, request.Callback));
        return TypedResults.Json(
            new FactorialBatchBody(taken.Length, [.. outcomes.Select((outcome, i) => Answer(asked[i], outcome))]),
            FactorialJson.Default.FactorialBatchBody,
            statusCode: StatusCodes.Status202Accepted);
    }

    private static void CallBack(FactorialCallbacks callbacks, int number, Uri? address)
    {
        if (address is not null)
        {
            callbacks.Add(number, address);
        }
    }

    private static FactorialBody Answer(int number, FactorialAsked outcome) => outcome switch
    {
        FactorialAsked.Taken taken => FactorialBody.Brief(taken.View),
        FactorialAsked.Refused refused => new FactorialBody
        {
            Number = number.ToString(), Status = "refused", Error = QueueFull(refused),
        },
        _ => throw new InvalidOperationException("A wish has no other outcome."),
    };

    /// <summary>Who asks; on this face nobody has to say so.</summary>
    private static CallerKey Caller(HttpContext context, FieldErrors errors)
    {
        if (!context.Request.Headers.ContainsKey(Requester.Header))
        {
            return new CallerKey(context.Identity().Account, FactorialCaller.Service.Name);
        }

        if (!Requester.TryRead(context, out CallerKey caller, out string? reason))
        {
            errors.Add(Requester.Header, reason);
        }

        return caller;
    }

    private static string QueueFull(FactorialAsked.Refused refused) =>
        $"The caller may have {refused.QueuedMax} jobs waiting; nothing was taken in.";

    private static IResult TooManyCallbacks(HttpContext context) =>
        Problems.TooMany(context, "Too many callbacks wait; nothing was taken in.", 1);
}
