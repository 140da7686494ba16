using System.Text.Json;
using Turnstile.Api.Http;
using Turnstile.Grains.Widgets;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>Reads one JSON object; the reader stands before it and ends behind it.</summary>
/// <returns>Null where something is wrong, which <paramref name="errors"/> then names.</returns>
/// <exception cref="JsonException">It is not JSON.</exception>
internal delegate WidgetChange? ChangeReader(ref Utf8JsonReader json, FieldErrors errors);

/// <summary>Reads what is asked of widgets; everything wrong with it is said at once.</summary>
internal static class WidgetReader
{
    private const int PortsMax = 3;

    /// <inheritdoc cref="ChangeReader"/>
    public static WidgetChange? ReadWidget(ref Utf8JsonReader json, FieldErrors errors)
    {
        string? name = null, serial = null;
        var ports = PortSet.None;
        bool named = false, numbered = false, ported = false;
        if (!Begin(ref json, errors))
        {
            return null;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("name"u8))
            {
                named = true;
                name = ReadText(ref json, "name", WidgetText.NameFault, errors);
            }
            else if (json.ValueTextEquals("serial_number"u8))
            {
                numbered = true;
                serial = ReadText(ref json, "serial_number", WidgetText.SerialFault, errors);
            }
            else if (json.ValueTextEquals("ports"u8))
            {
                ported = true;
                ports = ReadPorts(ref json, errors);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        Require(named, "name", errors);
        Require(numbered, "serial_number", errors);
        Require(ported, "ports", errors);
        return name is null || serial is null || ports == PortSet.None || errors.Any
            ? null
            : new WidgetChange.Create { Serial = serial, Name = name, Ports = ports };
    }

    /// <inheritdoc cref="ChangeReader"/>
    public static WidgetChange? ReadAssociation(ref Utf8JsonReader json, FieldErrors errors)
    {
        string? serial = null, peer = null;
        PortType? port = null;
        bool ported = false, numbered = false, peered = false;
        if (!Begin(ref json, errors))
        {
            return null;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("port_type"u8))
            {
                ported = true;
                json.Read();
                port = ReadPort(ref json);
                if (port is null)
                {
                    errors.Add("port_type", PortNames.Fault);
                    json.Skip();
                }
            }
            else if (json.ValueTextEquals("widget_serial_num"u8))
            {
                numbered = true;
                serial = ReadText(ref json, "widget_serial_num", WidgetText.SerialFault, errors);
            }
            else if (json.ValueTextEquals("peer_widget_serial_num"u8))
            {
                peered = true;
                peer = ReadText(ref json, "peer_widget_serial_num", WidgetText.SerialFault, errors);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        Require(ported, "port_type", errors);
        Require(numbered, "widget_serial_num", errors);
        Require(peered, "peer_widget_serial_num", errors);
        return port is null || serial is null || peer is null || errors.Any
            ? null
            : new WidgetChange.Connect { Serial = serial, Port = port.Value, Peer = peer };
    }

    private static bool Begin(ref Utf8JsonReader json, FieldErrors errors)
    {
        if (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        errors.Add("body", "Must be a JSON object.");
        json.Skip();
        return false;
    }

    private static void Require(bool there, string field, FieldErrors errors)
    {
        if (!there)
        {
            errors.Add(field, "Is required.");
        }
    }

    private static string? ReadText(
        ref Utf8JsonReader json, string field, Func<string, string?> faultOf, FieldErrors errors)
    {
        json.Read();
        string? fault = "Must be a string.";
        if (json.TokenType == JsonTokenType.String)
        {
            try
            {
                string text = json.GetString()!;
                fault = faultOf(text);
                if (fault is null)
                {
                    return text;
                }
            }
            catch (InvalidOperationException)
            {
                fault = "Must be Unicode text.";
            }
        }

        errors.Add(field, fault);
        json.Skip();
        return null;
    }

    private static PortSet ReadPorts(ref Utf8JsonReader json, FieldErrors errors)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            errors.Add("ports", "Must be an array of port types.");
            json.Skip();
            return PortSet.None;
        }

        var ports = PortSet.None;
        int count = 0;
        string? fault = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            count++;
            if (ReadPort(ref json) is not { } port)
            {
                fault ??= PortNames.Fault;
                json.Skip();
            }
            else if (((int)ports >> (int)port & 1) != 0)
            {
                fault ??= "Must all be different.";
            }
            else
            {
                ports |= (PortSet)(1 << (int)port);
            }
        }

        fault = count is 0 or > PortsMax ? $"Must be 1 to {PortsMax} different port types." : fault;
        if (fault is not null)
        {
            errors.Add("ports", fault);
            return PortSet.None;
        }

        return ports;
    }

    /// <summary>The port type that the reader stands on; null where it is none.</summary>
    private static PortType? ReadPort(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            if (json.ValueTextEquals("P"u8))
            {
                return PortType.P;
            }

            if (json.ValueTextEquals("R"u8))
            {
                return PortType.R;
            }

            if (json.ValueTextEquals("Q"u8))
            {
                return PortType.Q;
            }
        }

        return null;
    }
}
