using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Decides what a change does. Whatever the order of changes, after each of them every connection is held by both its ends
/// at ports of the same type that both have.
/// </summary>
internal static class WidgetRules
{
    // Among many nobody asks what each widget looks like.
    private static readonly WidgetOutcome ConnectedOfMany = new WidgetOutcome.Connected();
    private static readonly WidgetOutcome CreatedOfMany = new WidgetOutcome.Created();
    private static readonly WidgetOutcome RepeatedOfMany = new WidgetOutcome.Repeated();

    private static readonly WidgetOutcome Deleted = new WidgetOutcome.Deleted();
    private static readonly WidgetOutcome Disconnected = new WidgetOutcome.Disconnected();
    private static readonly WidgetOutcome NotConnected = new WidgetOutcome.NotConnected();
    private static readonly WidgetOutcome SerialTaken = new WidgetOutcome.SerialTaken();
    private static readonly WidgetOutcome WithItself = new WidgetOutcome.WithItself();

    private static readonly PortType[] Ports = [PortType.P, PortType.R, PortType.Q];

    /// <param name="change">The change.</param>
    /// <param name="needs">What it needs, in memory.</param>
    /// <param name="active">Where what it does is put.</param>
    /// <param name="isOne">Its outcome is to show the widgets.</param>
    public static WidgetOutcome Decide(WidgetChange change, in NeededEntries needs, ActiveWidgets active, bool isOne) => change switch
    {
        WidgetChange.Connect connect => Connect(connect, needs, active, isOne),
        WidgetChange.Create create => Create(create, needs.One, active, isOne),
        WidgetChange.Delete => Delete(change.Serial, needs.One, active),
        WidgetChange.Disconnect disconnect => Disconnect(disconnect, needs, active),
        _ => throw new ArgumentException($"{change.GetType()} is no change of a widget.", nameof(change)),
    };

    private static WidgetOutcome Create(WidgetChange.Create create, WidgetEntry entry, ActiveWidgets active, bool isOne)
    {
        Span<byte> room = stackalloc byte[PackedWidget.TextBytesMax];
        ReadOnlySpan<byte> name = PackedWidget.Encode(create.Name, room);
        if (entry.Widget.Exists)
        {
            return !entry.Widget.Name.SequenceEqual(name) || entry.Widget.Ports != create.Ports ? SerialTaken
                : isOne ? new WidgetOutcome.Repeated { Widget = entry.Widget.ToView() } : RepeatedOfMany;
        }

        active.Put(entry, PackedWidget.Of(entry.Widget.Serial, name, create.Ports));
        return isOne ? new WidgetOutcome.Created { Widget = entry.Widget.ToView() } : CreatedOfMany;
    }

    private static WidgetOutcome Delete(string serial, WidgetEntry entry, ActiveWidgets active)
    {
        PackedWidget widget = entry.Widget;
        if (!widget.Exists)
        {
            return new WidgetOutcome.NoWidget { Serial = serial };
        }

        foreach (PortType port in Ports)
        {
            Free(widget.Peer(port), port, active);
        }

        active.Put(entry, PackedWidget.None(widget.Serial));
        return Deleted;
    }

    private static WidgetOutcome Connect(WidgetChange.Connect connect, in NeededEntries needs, ActiveWidgets active, bool isOne)
    {
        PortType port = connect.Port;
        WidgetEntry one = needs.One, other = needs.Other!.Value;
        PackedWidget widget = one.Widget, peer = other.Widget;
        if (!widget.Exists || !peer.Exists)
        {
            return new WidgetOutcome.NoWidget { Serial = widget.Exists ? connect.Peer : connect.Serial };
        }

        if (one == other)
        {
            return WithItself;
        }

        if (!widget.Has(port) || !peer.Has(port))
        {
            return new WidgetOutcome.NoPort { Serial = widget.Has(port) ? connect.Peer : connect.Serial, Port = port };
        }

        if (!widget.Peer(port).SequenceEqual(peer.Serial))
        {
            Free(widget.Peer(port), port, active);
            Free(peer.Peer(port), port, active);
            active.Put(one, widget.With(port, peer.Serial));
            active.Put(other, peer.With(port, widget.Serial));
        }

        return isOne ? new WidgetOutcome.Connected { Widget = one.Widget.ToView(), Peer = other.Widget.ToView() } : ConnectedOfMany;
    }

    private static WidgetOutcome Disconnect(WidgetChange.Disconnect disconnect, in NeededEntries needs, ActiveWidgets active)
    {
        PortType port = disconnect.Port;
        PackedWidget widget = needs.One.Widget;
        if (!widget.Exists)
        {
            return new WidgetOutcome.NoWidget { Serial = disconnect.Serial };
        }

        if (!widget.Has(port))
        {
            return new WidgetOutcome.NoPort { Serial = disconnect.Serial, Port = port };
        }

        if (widget.Peer(port).IsEmpty)
        {
            return NotConnected;
        }

        Free(widget.Peer(port), port, active);
        active.Put(needs.One, widget.With(port, default));
        return Disconnected;
    }

    /// <summary>The other end of a connection that goes, if there is one.</summary>
    private static void Free(ReadOnlySpan<byte> serial, PortType port, ActiveWidgets active)
    {
        if (!serial.IsEmpty)
        {
            active.Free(serial, port);
        }
    }
}
