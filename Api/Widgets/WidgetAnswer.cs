using System.Text.Json;
using Turnstile.Api.Http;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>
/// One widget, or two that are connected, as <see cref="WidgetBody"/> and <see cref="AssociatedBody"/> describe them.
/// </summary>
internal static class WidgetAnswer
{
    private static readonly PortType[] AllPorts = [PortType.P, PortType.R, PortType.Q];

    public static void Send(HttpResponse response, int status, WidgetView widget) => response.SendJson(status, widget, Write);

    public static void Send(HttpResponse response, WidgetOutcome.Connected connected) =>
        response.SendJson(StatusCodes.Status200OK, connected, Write);

    private static void Write(Utf8JsonWriter json, WidgetOutcome.Connected connected)
    {
        json.WriteStartObject();
        json.WritePropertyName("widget"u8);
        Write(json, connected.Widget!);
        json.WritePropertyName("peer_widget"u8);
        Write(json, connected.Peer!);
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
