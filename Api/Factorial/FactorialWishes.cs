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
        (Wish? wish, IResult? problem) = await Read(context, reader, callbacks, many: false);
        if (wish is null)
        {
            return problem!;
        }

        using FactorialCallbackRoom? room = wish.Room;
        int number = wish.Numbers[0];
        counts.Requested(number);
        switch (await grains.GetGrain<IFactorialGrain>(number).Ask(wish.Caller))
        {
            case FactorialAsked.Taken { View: var view }:
                room?.Add(number);
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
        (Wish? wish, IResult? problem) = await Read(context, reader, callbacks, many: true);
        if (wish is null)
        {
            return problem!;
        }

        using FactorialCallbackRoom? room = wish.Room;
        wish.Numbers.ForEach(counts.Requested);
        Task<FactorialAsked>[] asked =
            [.. wish.Numbers.Select(number => grains.GetGrain<IFactorialGrain>(number).Ask(wish.Caller))];
        FactorialAsked?[] outcomes = await Task.WhenAll(asked.Select(OrNull));
        FactorialView[] taken = [.. outcomes.OfType<FactorialAsked.Taken>().Select(outcome => outcome.View)];
        if (taken.Length == 0)
        {
            var refused = (FactorialAsked.Refused)await asked[0];
            return Problems.TooMany(context, QueueFull(refused), refused.RetryAfterSeconds);
        }

        Array.ForEach(taken, view => room?.Add(view.Number));
        return TypedResults.Json(
            new FactorialBatchBody(taken.Length, [.. outcomes.Select((outcome, i) => Answer(wish.Numbers[i], outcome))]),
            FactorialJson.Default.FactorialBatchBody,
            statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>What is asked for and by whom, or the problem with it; nothing was done yet.</summary>
    private static async Task<(Wish? Wish, IResult? Problem)> Read(
        HttpContext context, FactorialRequestReader reader, FactorialCallbacks callbacks, bool many)
    {
        if (!context.Request.IsJson())
        {
            return (null, Problems.UnsupportedMedia("Send application/json."));
        }

        var errors = new FieldErrors();
        CallerKey caller = Caller(context, errors);
        FactorialRequest request = await reader.Read(context.Request, many, errors);
        if (errors.Any)
        {
            return (null, Problems.BadFields(errors));
        }

        FactorialCallbackRoom? room = null;
        if (request.Callback is { } callback)
        {
            if (request.Numbers.Count > callbacks.Max)
            {
                // However often it comes back, there is never room for it.
                return (null, Problems.BadField("numbers", $"With a callback, must be at most {callbacks.Max}."));
            }

            room = callbacks.Reserve(callback, request.Numbers.Count);
            if (room is null)
            {
                return (null, Problems.TooMany(context, "Too many callbacks wait; nothing was taken in.", 1));
            }
        }

        return (new Wish(caller, request.Numbers, room), null);
    }

    /// <summary>Null where it could not be taken in now: others of the batch may have been, and each is answered for itself.</summary>
    private static async Task<FactorialAsked?> OrNull(Task<FactorialAsked> asked)
    {
        try
        {
            return await asked;
        }
        catch (Exception e) when (Faults.IsRefusal(e))
        {
            return null;
        }
    }

    private static FactorialBody Answer(int number, FactorialAsked? outcome) => outcome switch
    {
        null => new FactorialBody
        {
            Number = number.ToString(), Status = "refused", Error = "It cannot be taken in now; ask again in a second.",
        },
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
        $"The caller may have {refused.QueuedMax} jobs waiting and running; nothing was taken in.";

    /// <summary>Factorials asked for in somebody's name.</summary>
    private sealed record Wish(CallerKey Caller, List<int> Numbers, FactorialCallbackRoom? Room);
}
