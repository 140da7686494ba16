using System.Buffers;
using System.Text.Json;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>
/// One widget, or two that are connected, as <see cref="WidgetBody"/> and <see cref="AssociatedBody"/> describe them; written by hand
/// because a serializer, its lists and its chunks would take as long as the change.
/// </summary>
internal sealed class WidgetAnswer(int status, WidgetView widget, WidgetView? peer = null) : IResult
{
    // Two widgets with short texts; grows for others.
    private const int UsualBytes = 512;

    private static readonly PortType[] AllPorts = [PortType.P, PortType.R, PortType.Q];

    /// <summary>The server sends what is written when the request is over.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = new ArrayBufferWriter<byte>(UsualBytes);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true }))
        {
            Write(json);
        }

        HttpResponse response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.WrittenCount;
        response.BodyWriter.Write(body.WrittenSpan);
        return Task.CompletedTask;
    }

    private void Write(Utf8JsonWriter json)
    {
        if (peer is null)
        {
            Write(json, widget);
            return;
        }

        json.WriteStartObject();
        json.WritePropertyName("widget"u8);
        Write(json, widget);
        json.WritePropertyName("peer_widget"u8);
        Write(json, peer);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WidgetView widget)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, widget.Name);
        json.WriteString("serial_number"u8, widget.Serial);
        json.WriteStartArray("ports"u8);
        foreach (PortType port in AllPorts)
        {
            if (widget.Has(port))
            {
                json.WriteStringValue(PortNames.Of(port));
            }
        }

        json.WriteEndArray();
        json.WriteStartObject("connections"u8);
        foreach (PortType port in AllPorts)
        {
            if (widget.Has(port))
            {
                json.WriteString(PortNames.Of(port), widget.Peer(port));
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
