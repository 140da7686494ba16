using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>The widgets that a decision may read and change. All it can need have been brought in before.</summary>
internal interface IWidgetSet
{
    /// <summary>The widget, or null where there is none.</summary>
    WidgetView? Find(string serial);

    /// <summary>Makes this the widget; null deletes it.</summary>
    void Put(string serial, WidgetView? view);
}

/// <summary>
/// Decides what a change does. Whatever the order of changes, after each of them every connection is held by both its ends
/// at ports of the same type that both have.
/// </summary>
internal static class WidgetRules
{
    private static readonly WidgetOutcome Deleted = new WidgetOutcome.Deleted();
    private static readonly WidgetOutcome Disconnected = new WidgetOutcome.Disconnected();
    private static readonly WidgetOutcome NotConnected = new WidgetOutcome.NotConnected();
    private static readonly WidgetOutcome SerialTaken = new WidgetOutcome.SerialTaken();
    private static readonly WidgetOutcome WithItself = new WidgetOutcome.WithItself();

    private static readonly PortType[] Ports = [PortType.P, PortType.R, PortType.Q];

    public static WidgetOutcome Decide(WidgetChange change, IWidgetSet widgets) => change switch
    {
        WidgetChange.Connect connect => Connect(connect, widgets),
        WidgetChange.Create create => Create(create, widgets),
        WidgetChange.Delete => Delete(change.Serial, widgets),
        WidgetChange.Disconnect disconnect => Disconnect(disconnect, widgets),
        _ => throw new ArgumentException($"{change.GetType()} is no change of a widget.", nameof(change)),
    };

    private static WidgetOutcome Create(WidgetChange.Create create, IWidgetSet widgets)
    {
        if (widgets.Find(create.Serial) is { } known)
        {
            return known.Name == create.Name && known.Ports == create.Ports
                ? new WidgetOutcome.Repeated { Widget = known }
                : SerialTaken;
        }

        var widget = new WidgetView { Serial = create.Serial, Name = create.Name, Ports = create.Ports };
        widgets.Put(create.Serial, widget);
        return new WidgetOutcome.Created { Widget = widget };
    }

    private static WidgetOutcome Delete(string serial, IWidgetSet widgets)
    {
        if (widgets.Find(serial) is not { } widget)
        {
            return new WidgetOutcome.NoWidget { Serial = serial };
        }

        foreach (PortType port in Ports)
        {
            Free(widget.Peer(port), port, widgets);
        }

        widgets.Put(serial, null);
        return Deleted;
    }

    private static WidgetOutcome Connect(WidgetChange.Connect connect, IWidgetSet widgets)
    {
        PortType port = connect.Port;
        if (widgets.Find(connect.Serial) is not { } widget)
        {
            return new WidgetOutcome.NoWidget { Serial = connect.Serial };
        }

        if (widgets.Find(connect.Peer) is not { } peer)
        {
            return new WidgetOutcome.NoWidget { Serial = connect.Peer };
        }

        if (ReferenceEquals(widget, peer) || widget.Serial == peer.Serial)
        {
            return WithItself;
        }

        if (!widget.Has(port) || !peer.Has(port))
        {
            return new WidgetOutcome.NoPort { Serial = (widget.Has(port) ? peer : widget).Serial, Port = port };
        }

        if (widget.Peer(port) != peer.Serial)
        {
            Free(widget.Peer(port), port, widgets);
            Free(peer.Peer(port), port, widgets);
            widgets.Put(widget.Serial, widget = widget.With(port, peer.Serial));
            widgets.Put(peer.Serial, peer = peer.With(port, widget.Serial));
        }

        return new WidgetOutcome.Connected { Widget = widget, Peer = peer };
    }

    private static WidgetOutcome Disconnect(WidgetChange.Disconnect disconnect, IWidgetSet widgets)
    {
        PortType port = disconnect.Port;
        if (widgets.Find(disconnect.Serial) is not { } widget)
        {
            return new WidgetOutcome.NoWidget { Serial = disconnect.Serial };
        }

        if (!widget.Has(port))
        {
            return new WidgetOutcome.NoPort { Serial = widget.Serial, Port = port };
        }

        if (widget.Peer(port) is not { } peer)
        {
            return NotConnected;
        }

        Free(peer, port, widgets);
        widgets.Put(widget.Serial, widget.With(port, null));
        return Disconnected;
    }

    /// <summary>The other end of a connection that goes.</summary>
    private static void Free(string? serial, PortType port, IWidgetSet widgets)
    {
        if (serial is not null && widgets.Find(serial) is { } peer)
        {
            widgets.Put(serial, peer.With(port, null));
        }
    }
}
