using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

/// <summary>
/// Widgets in the simplest way there is: one after another, as a set of pairs for each port type. What the service does has to
/// look like this in some order.
/// </summary>
internal sealed class WidgetModel
{
    private readonly SortedDictionary<string, (string Name, PortSet Ports)> _widgets = new(StringComparer.Ordinal);
    private readonly Dictionary<(PortType Port, string Serial), string> _peers = [];

    /// <summary>Does the change and says in a word what became of it.</summary>
    public string Apply(WidgetChange change)
    {
        switch (change)
        {
            case WidgetChange.Create create when _widgets.TryGetValue(create.Serial, out var known):
                return known == (create.Name, create.Ports) ? "Repeated" : "SerialTaken";
            case WidgetChange.Create create:
                _widgets.Add(create.Serial, (create.Name, create.Ports));
                return "Created";
            case WidgetChange.Delete when !_widgets.ContainsKey(change.Serial):
                return "NoWidget";
            case WidgetChange.Delete:
                foreach (PortType port in Enum.GetValues<PortType>())
                {
                    Free(port, change.Serial);
                }

                _widgets.Remove(change.Serial);
                return "Deleted";
            case WidgetChange.Connect connect:
                return Connect(connect.Serial, connect.Port, connect.Peer);
            case WidgetChange.Disconnect disconnect:
                return !_widgets.TryGetValue(change.Serial, out var widget) ? "NoWidget"
                    : !Has(widget.Ports, disconnect.Port) ? "NoPort"
                    : Free(disconnect.Port, change.Serial) ? "Disconnected" : "NotConnected";
            default:
                throw new ArgumentException("No change of a widget.", nameof(change));
        }
    }

    public WidgetModel Copy()
    {
        var copy = new WidgetModel();
        foreach ((string serial, (string, PortSet) widget) in _widgets)
        {
            copy._widgets.Add(serial, widget);
        }

        foreach (((PortType, string) end, string peer) in _peers)
        {
            copy._peers.Add(end, peer);
        }

        return copy;
    }

    /// <summary>Everything, as text that is the same for the same widgets.</summary>
    public override string ToString() => Text(_widgets.Select(pair => new WidgetView
    {
        Serial = pair.Key,
        Name = pair.Value.Name,
        Ports = pair.Value.Ports,
        P = _peers.GetValueOrDefault((PortType.P, pair.Key)),
        R = _peers.GetValueOrDefault((PortType.R, pair.Key)),
        Q = _peers.GetValueOrDefault((PortType.Q, pair.Key)),
    }));

    public static string Text(IEnumerable<WidgetView> widgets) => string.Join(
        '\n', widgets.Select(widget => $"{widget.Serial} {widget.Name} {widget.Ports} P={widget.P} R={widget.R} Q={widget.Q}"));

    private string Connect(string serial, PortType port, string peer)
    {
        if (!_widgets.TryGetValue(serial, out var widget) || !_widgets.TryGetValue(peer, out var other))
        {
            return "NoWidget";
        }

        if (serial == peer)
        {
            return "WithItself";
        }

        if (!Has(widget.Ports, port) || !Has(other.Ports, port))
        {
            return "NoPort";
        }

        Free(port, serial);
        Free(port, peer);
        _peers[(port, serial)] = peer;
        _peers[(port, peer)] = serial;
        return "Connected";
    }

    private bool Free(PortType port, string serial) =>
        _peers.Remove((port, serial), out string? peer) && _peers.Remove((port, peer));

    private static bool Has(PortSet ports, PortType port) => ports.HasFlag((PortSet)(1 << (int)port));
}
