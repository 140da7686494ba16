using Turnstile.Grains.Accept.Counting;

namespace Turnstile.Grains.Tests.Accept;

public sealed class MinuteClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 0, TimeSpan.Zero);
    private static readonly long Minute = Start.ToUnixTimeSeconds();

    private readonly MinuteClock _clock = new(60, TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(59.999, 0)]
    [InlineData(60, 60)]
    [InlineData(-0.001, -60)]
    public void A_moment_belongs_to_the_minute_that_began_last(double offset, long minute) =>
        Assert.Equal(Minute + minute, _clock.MinuteOf(Start.AddSeconds(offset)));

    [Theory]
    [InlineData(64.999, -60)]
    [InlineData(65, 0)]
    [InlineData(124.999, 0)]
    [InlineData(125, 60)]
    public void A_minute_is_due_a_grace_after_its_end(double offset, long minute) =>
        Assert.Equal(Minute + minute, _clock.LastDue(Start.AddSeconds(offset)));

    [Theory]
    [InlineData(-5, false)]
    [InlineData(-5.001, true)]
    [InlineData(30, false)]
    public void A_minute_is_ahead_if_it_begins_later_than_a_grace_from_now(double offset, bool ahead) =>
        Assert.Equal(ahead, _clock.IsAhead(Minute, Start.AddSeconds(offset)));
}
