using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Turnstile.Api.Http;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>What the requests that change widgets share: one change in a body, or many of them.</summary>
internal static class ChangeRequests
{
    private const string NdJson = "application/x-ndjson";

    /// <summary>The change that the body asks for, or the problem with it.</summary>
    public static async ValueTask<(WidgetChange? Change, IResult? Problem)> ReadOne(HttpContext context, ChangeReader reader)
    {
        if (!context.Request.IsJson())
        {
            return (null, Problems.UnsupportedMedia("Send application/json."));
        }

        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        var errors = new FieldErrors();
        WidgetChange? change = Read(body, reader, errors);
        context.Request.BodyReader.AdvanceTo(body.End);
        return errors.Any ? (null, Problems.BadFields(errors)) : (change, null);
    }

    /// <summary>Does all that the body's lines ask for and that can be done.</summary>
    public static async Task<IResult> ApplyBatch(HttpContext context, IGrainFactory grains, int max, ChangeReader reader)
    {
        string? type = context.Request.ContentType?.Split(';', 2)[0].Trim();
        if (!context.Request.IsJson() && !string.Equals(type, NdJson, StringComparison.OrdinalIgnoreCase)
            && !string.Equals(type, "application/ndjson", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.UnsupportedMedia($"Send {NdJson} or application/json.");
        }

        ReadOnlySequence<byte> body = await context.Request.ReadAll();
        WidgetBatch batch = WidgetBatch.Read(body, max, reader);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (batch.Fault is not null)
        {
            return Problems.BadField("body", batch.Fault);
        }

        ImmutableArray<WidgetOutcome> outcomes = batch.Changes.Count == 0
            ? []
            : await grains.GetGrain<IWidgetLedgerGrain>(0).ApplyMany([.. batch.Changes]);
        return new BatchAnswer(batch, outcomes);
    }

    private static WidgetChange? Read(ReadOnlySequence<byte> body, ChangeReader reader, FieldErrors errors)
    {
        try
        {
            var json = new Utf8JsonReader(body);
            WidgetChange? change = reader(ref json, errors);
            // What follows the object has to be nothing; the reader throws where it is not.
            json.Read();
            return change;
        }
        catch (Exception e) when (e.IsBadJson())
        {
            errors.Add("body", $"Is not JSON: {e.Message}");
            return null;
        }
    }
}
