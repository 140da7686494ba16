using System.Text;
using Turnstile.Grains.Widgets;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class PackedWidgetTests
{
    private static readonly string?[] Peers = [null, "p", "🦆", new string('中', 64)];

    [Fact]
    public void A_widget_is_read_as_it_was_packed_whatever_it_is_connected_to()
    {
        foreach (string? p in Peers)
        {
            foreach (string? r in Peers)
            {
                foreach (string? q in Peers)
                {
                    var view = new WidgetView { Serial = "ü/1", Name = "a name", Ports = PortSet.All, P = p, R = r, Q = q };
                    Assert.Equal(view, Pack(view).ToView());
                }
            }
        }
    }

    [Fact]
    public void Another_peer_at_one_port_leaves_the_others_alone()
    {
        var random = new Random(3);
        var view = new WidgetView { Serial = "1", Name = string.Concat(Enumerable.Repeat("🦆", 64)), Ports = PortSet.All };
        PackedWidget packed = Pack(view);
        for (int i = 0; i < 1_000; i++)
        {
            var port = (PortType)random.Next(3);
            string? peer = Peers[random.Next(Peers.Length)];
            view = view.With(port, peer);
            packed = packed.With(port, peer is null ? default(ReadOnlySpan<byte>) : Encoding.UTF8.GetBytes(peer));
            Assert.Equal(view, packed.ToView());
            Assert.Equal(peer ?? "", Encoding.UTF8.GetString(packed.Peer(port)));
        }
    }

    [Fact]
    public void A_serial_number_without_a_widget_is_known_as_such()
    {
        PackedWidget none = PackedWidget.None("1"u8);
        Assert.False(none.Exists);
        Assert.Null(none.ToView());
        Assert.True(none.Peer(PortType.P).IsEmpty);
        Assert.False(none.Has(PortType.P));
        Assert.Equal("1", Encoding.UTF8.GetString(none.Serial));
    }

    [Fact]
    public void A_part_says_which_ports_are_free_and_makes_them_so_in_a_whole_row()
    {
        PackedWidget part = PackedWidget.None("1"u8).Without(PortSet.P).Without(PortSet.Q);
        Assert.Equal((true, false, PortSet.P | PortSet.Q, PortSet.None), (part.IsPart, part.Exists, part.Freed, part.Ports));
        Assert.Equal("1", Encoding.UTF8.GetString(part.Serial));
        var view = new WidgetView { Serial = "1", Name = "one", Ports = PortSet.All, P = "2", R = "3", Q = "🦆" };
        Assert.Equal(view with { P = null, Q = null }, Pack(view).Without(part.Freed).ToView());
        Assert.False(Pack(view).IsPart || PackedWidget.None("1"u8).IsPart);
        Assert.Equal(PortSet.None, Pack(view).Freed);
    }

    [Fact]
    public void Of_several_that_stand_together_each_is_read_back_and_a_cut_one_is_refused()
    {
        PackedWidget[] widgets =
        [
            Pack(new WidgetView { Serial = "1", Name = "one", Ports = PortSet.All, P = "2", Q = "🦆" }),
            PackedWidget.None("gone"u8),
            PackedWidget.None("part"u8).Without(PortSet.R),
            Pack(new WidgetView { Serial = "2", Name = "two", Ports = PortSet.P, P = "1" }),
        ];
        byte[] together = [.. widgets.SelectMany(widget => widget.Bytes.ToArray())];
        ReadOnlySpan<byte> left = together;
        foreach (PackedWidget widget in widgets)
        {
            Assert.Equal(widget.Serial, PackedWidget.SerialOf(left));
            Assert.Equal(widget.Bytes, PackedWidget.Take(ref left));
        }

        Assert.True(left.IsEmpty);
        byte[] whole = widgets[0].Bytes.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Assert.Throws<ArgumentOutOfRangeException>(() =>
            {
                ReadOnlySpan<byte> bytes = cut;
                PackedWidget.Take(ref bytes);
            });
        }
    }

    private static PackedWidget Pack(WidgetView view) => PackedWidget.Of(
        Utf8(view.Serial), Utf8(view.Name), view.Ports, Utf8(view.P), Utf8(view.R), Utf8(view.Q));

    private static byte[] Utf8(string? text) => Encoding.UTF8.GetBytes(text ?? "");
}
