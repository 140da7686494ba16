using Turnstile.Api.Limits;

namespace Turnstile.Api.Tests.Limits;

public sealed class RateLimitTests
{
    [Fact]
    public void A_burst_may_come_at_once_and_then_the_rate_holds()
    {
        var limit = new RateLimit(perSecond: 2, burst: 5, trackedMax: 100);

        Assert.Equal([4, 3, 2, 1, 0], Enumerable.Range(0, 5).Select(_ => limit.Take("a", 100).Remaining));
        RateDecision sixth = limit.Take("a", 100);
        Assert.False(sixth.Allowed);
        Assert.Equal(0.5, sixth.RetrySeconds, 9);
        Assert.Equal(2.5, sixth.ResetSeconds, 9);
        Assert.True(limit.Take("a", 100.5).Allowed);
        Assert.False(limit.Take("a", 100.5).Allowed);
    }

    [Fact]
    public void Nobody_pays_for_others()
    {
        var limit = new RateLimit(perSecond: 1, burst: 1, trackedMax: 100);

        Assert.True(limit.Take("a", 1).Allowed);
        Assert.False(limit.Take("a", 1).Allowed);
        Assert.True(limit.Take("b", 1).Allowed);
    }

    [Fact]
    public void Idle_time_earns_a_burst_and_no_more()
    {
        var limit = new RateLimit(perSecond: 10, burst: 3, trackedMax: 100);
        limit.Take("a", 0);

        Assert.Equal(3, Enumerable.Range(0, 20).Count(_ => limit.Take("a", 1_000_000).Allowed));
    }

    [Fact]
    public void Who_is_not_remembered_one_by_one_shares_a_limit()
    {
        var limit = new RateLimit(perSecond: 0.001, burst: 1, trackedMax: 10);

        int allowed = Enumerable.Range(0, 1_000).Count(i => limit.Take($"caller {i}", 5).Allowed);

        Assert.Equal(11, allowed);
    }

    [Fact]
    public void Who_has_paused_is_looked_for_once_a_second_and_not_by_everybody_who_finds_no_room()
    {
        var limit = new RateLimit(perSecond: 10, burst: 1, trackedMax: 10);
        for (int i = 0; i < 10; i++)
        {
            limit.Take($"early {i}", 0);
        }

        bool Allowed(string who, double now) => limit.Take(who, now).Allowed;
        Assert.Equal((true, false), (Allowed("a", 0.05), Allowed("b", 0.05)));
        Assert.Equal((true, false), (Allowed("c", 0.2), Allowed("d", 0.2)));
        Assert.Equal((true, true), (Allowed("e", 1.1), Allowed("f", 1.1)));
    }

    [Fact]
    public void Who_has_paused_makes_room_for_others()
    {
        var limit = new RateLimit(perSecond: 1, burst: 1, trackedMax: 10);
        for (int i = 0; i < 10; i++)
        {
            limit.Take($"early {i}", 0);
        }

        Assert.Equal(10, Enumerable.Range(0, 10).Count(i => limit.Take($"late {i}", 60).Allowed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_no_span_of_time_more_passes_than_the_burst_and_the_rate_allow(int seed)
    {
        var random = new Random(seed);
        double rate = 1 + (random.NextDouble() * 50);
        int burst = random.Next(1, 30);
        var limit = new RateLimit(rate, burst, trackedMax: 100);
        var passed = new List<double>();
        double now = 0;
        for (int i = 0; i < 20_000; i++)
        {
            now += random.Next(10) == 0 ? random.NextDouble() * 3 : random.NextDouble() / (rate * 3);
            if (limit.Take("a", now).Allowed)
            {
                passed.Add(now);
            }
        }

        for (int from = 0; from < passed.Count; from += 7)
        {
            for (int to = from; to < Math.Min(passed.Count, from + 500); to++)
            {
                Assert.True(to - from + 1 <= burst + (rate * (passed[to] - passed[from])) + 1e-3);
            }
        }
    }
}
