using System.Text;
using Turnstile.Grains.Widgets;
using Turnstile.Grains.Widgets.Log;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class ReplayAheadTests
{
    // Several pieces, and more of them than may wait.
    private const int Rows = 1_000_000;

    private static readonly PackedWidget Widget = PackedWidget.None(Encoding.UTF8.GetBytes("1"));

    [Fact]
    public async Task Every_row_is_taken_in_once_and_in_order_before_it_returns()
    {
        long next = 1;
        bool inOrder = true;
        long last = await ReplayAhead.Run(Read, row => inOrder &= row.Version == next++);
        Assert.Equal((Rows, Rows + 1, true), (last, next, inOrder));
    }

    [Fact]
    public async Task Damage_of_the_log_is_told_as_it_is() => await Assert.ThrowsAsync<CommitLogException>(
        () => ReplayAhead.Run(_ => throw new CommitLogException("Damaged."), _ => { }));

    [Fact]
    public async Task A_fault_of_who_takes_rows_in_ends_the_reading() => await Assert.ThrowsAsync<InvalidDataException>(
        () => ReplayAhead.Run(Read, _ => throw new InvalidDataException("No.")));

    private static Task<long> Read(Action<WidgetRow> replay) => Task.Run(() =>
    {
        for (long version = 1; version <= Rows; version++)
        {
            replay(new WidgetRow(Widget, version));
        }

        return (long)Rows;
    });
}
