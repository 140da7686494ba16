using Turnstile.Grains.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class WidgetOptionsTests
{
    private const long Gibibyte = 1L << 30;

    [Theory]
    [InlineData(0, 100_000)]
    [InlineData(Gibibyte / 4, 100_000)]
    [InlineData(2 * Gibibyte, 536_870)]
    [InlineData(8 * Gibibyte, 2_147_483)]
    [InlineData(24 * Gibibyte, 4_000_000)]
    [InlineData(4_096 * Gibibyte, 4_000_000)]
    public void Changed_widgets_that_wait_for_the_tables_take_a_sixteenth_of_the_memory_at_most(long memory, int widgets) =>
        Assert.Equal(widgets, WidgetOptions.UnstoredFor(memory));

    [Fact]
    public void How_many_may_wait_goes_by_the_memory_that_the_process_may_use() =>
        Assert.Equal(WidgetOptions.UnstoredFor(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes), new WidgetOptions().UnstoredMax);
}
