using System.Text;
using Turnstile.Grains.Widgets;
using Turnstile.Grains.Widgets.Log;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class ReplayAheadTests
{
    // A megabyte each: several pieces, and more of them than may wait.
    private const int Groups = 200;
    private const int Rows = 1_000;

    private static readonly byte[] Long = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("🦆", 64)));
    private static readonly PackedWidget Widget = PackedWidget.Of("1"u8, Long, PortSet.All, Long, Long, Long);
    private static readonly LoggedChanges Group = Logged.Changes(1, [.. Enumerable.Repeat(new[] { Widget }, Rows)]);

    [Fact]
    public async Task Every_row_is_taken_in_once_and_in_order_before_it_returns()
    {
        var versions = new List<long>();
        int pieces = 0;
        long last = await ReplayAhead.Run(Read, piece =>
        {
            for (ReplayedRows rows = piece.RowsOf(EntryTable.PartOf(Widget.Serial)); rows.MoveNext();)
            {
                Assert.Equal(Widget.Bytes, rows.Widget);
                versions.Add(rows.Version);
            }

            pieces++;
        }, CancellationToken.None);
        Assert.Equal(Groups * Rows, last);
        Assert.Equal(Enumerable.Range(1, Groups * Rows).Select(version => (long)version).Reverse(), versions);
        Assert.InRange(pieces, 4, Groups);
    }

    [Fact]
    public async Task Damage_of_the_log_is_told_as_it_is() => await Assert.ThrowsAsync<CommitLogException>(
        () => ReplayAhead.Run(_ => throw new CommitLogException("Damaged."), _ => { }, CancellationToken.None));

    [Fact]
    public async Task A_fault_of_who_takes_rows_in_ends_the_reading() => await Assert.ThrowsAsync<InvalidDataException>(
        () => ReplayAhead.Run(Read, _ => throw new InvalidDataException("No."), CancellationToken.None));

    [Fact]
    public async Task What_is_left_of_a_log_is_not_read_for_a_service_that_is_to_stop()
    {
        using var stop = new CancellationTokenSource();
        int pieces = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReplayAhead.Run(Read, Take, stop.Token));

        // The first one, one that waited, and one that was full when the reading was given up.
        Assert.InRange(pieces, 1, 3);

        void Take(ReplayPiece piece)
        {
            pieces++;
            stop.Cancel();
        }
    }

    private static Task<long> Read(Action<LoggedChanges> replay) => Task.Run(() =>
    {
        for (int group = Groups - 1; group >= 0; group--)
        {
            replay(Group with { First = (group * Rows) + 1 });
        }

        return (long)Groups * Rows;
    });
}
