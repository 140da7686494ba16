using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>200 with what became of each line; written by hand because there are ten thousand of them.</summary>
internal sealed class BatchAnswer(WidgetBatch batch, ImmutableArray<WidgetOutcome> outcomes) : IResult
{
    private static readonly JsonEncodedText Line = JsonEncodedText.Encode("line");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        Write(httpContext.Response.BodyWriter);
        await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    private void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        int succeeded = 0;
        foreach (WidgetOutcome outcome in outcomes)
        {
            succeeded += OutcomeAnswers.StatusOf(outcome) < StatusCodes.Status300MultipleChoices ? 1 : 0;
        }

        json.WriteStartObject();
        json.WriteNumber("succeeded", succeeded);
        json.WriteNumber("failed", outcomes.Length - succeeded + batch.Bad.Count);
        json.WriteStartArray("results");
        int bad = 0;
        for (int i = 0; i < outcomes.Length; i++)
        {
            for (; bad < batch.Bad.Count && batch.Bad[bad].Line < batch.Lines[i]; bad++)
            {
                WriteLine(json, batch.Bad[bad].Line, StatusCodes.Status400BadRequest, batch.Bad[bad].Error);
            }

            int status = OutcomeAnswers.StatusOf(outcomes[i]);
            WriteLine(json, batch.Lines[i], status, OutcomeAnswers.DetailOf(outcomes[i], batch.Changes[i].Serial));
        }

        for (; bad < batch.Bad.Count; bad++)
        {
            WriteLine(json, batch.Bad[bad].Line, StatusCodes.Status400BadRequest, batch.Bad[bad].Error);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLine(Utf8JsonWriter json, int line, int status, string? error)
    {
        json.WriteStartObject();
        json.WriteNumber(Line, line);
        json.WriteNumber(Status, status);
        if (error is not null)
        {
            json.WriteString(Error, error);
        }

        json.WriteEndObject();
    }
}
