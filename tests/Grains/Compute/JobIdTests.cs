using System.Collections.Concurrent;
using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Compute;

public sealed class JobIdTests
{
    [Fact]
    public void Ids_rise_also_within_a_millisecond()
    {
        var ids = new JobIds(new ManualTime(), 5);
        long last = 0;
        for (int i = 0; i < 100_000; i++)
        {
            long next = ids.Next();
            Assert.True(next > last);
            last = next;
        }
    }

    [Fact]
    public void Ids_rise_when_the_clock_steps_back()
    {
        var time = new ManualTime();
        var ids = new JobIds(time, 5);
        time.Advance(TimeSpan.FromDays(1));
        long last = ids.Next();
        time.Advance(TimeSpan.FromHours(-3));
        for (int i = 0; i < 10_000; i++)
        {
            long next = ids.Next();
            Assert.True(next > last);
            last = next;
        }
    }

    [Fact]
    public void An_id_is_above_its_floor_also_when_that_is_another_processes()
    {
        var time = new ManualTime();
        var here = new JobIds(time, 1);
        var ahead = new JobIds(time, 1_023);
        long floor = 0;
        for (int i = 0; i < 5_000; i++)
        {
            floor = ahead.Next();
        }

        Assert.True(here.Next(floor) > floor);
    }

    [Fact]
    public void Ids_are_told_apart_by_the_time_at_which_they_were_made()
    {
        var time = new ManualTime();
        var ids = new JobIds(time, 1_023);
        long before = ids.Next();
        time.Advance(TimeSpan.FromMilliseconds(1));
        long first = JobIds.FirstAt(time.GetUtcNow());
        Assert.True(before < first);
        Assert.True(new JobIds(time, 0).Next() >= first);
        Assert.Equal(0, JobIds.FirstAt(DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Processes_make_different_ids_at_the_same_moment()
    {
        var time = new ManualTime();
        var all = new HashSet<long>();
        foreach (JobIds ids in Enumerable.Range(0, 1_024).Select(process => new JobIds(time, process)))
        {
            for (int i = 0; i < 10; i++)
            {
                Assert.True(all.Add(ids.Next()));
            }
        }
    }

    [Fact]
    public void Threads_never_get_the_same_id()
    {
        var ids = new JobIds(TimeProvider.System, 7);
        var all = new ConcurrentDictionary<long, bool>();
        Parallel.For(0, 200_000, _ => Assert.True(all.TryAdd(ids.Next(), true)));
    }

    [Fact]
    public void The_text_of_an_id_reads_back_and_sorts_like_it()
    {
        var random = new Random(1);
        (long Id, string Text)[] all =
        [
            .. Enumerable.Range(0, 10_000).Select(_ => random.NextInt64(long.MaxValue)).Concat([0, 1, 31, 32, long.MaxValue])
                .Order().Select(id => (id, JobId.Format(id))),
        ];
        foreach ((long id, string text) in all)
        {
            Assert.True(JobId.TryParse(text, out long parsed));
            Assert.Equal(id, parsed);
        }

        Assert.Equal(all.Select(one => one.Text), all.Select(one => one.Text).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("00000000000000")]
    [InlineData("8000000000000")]
    [InlineData("000000000000u")]
    [InlineData("000000000000A")]
    [InlineData("000000 000000")]
    [InlineData("zzzzzzzzzzzzz")]
    public void Other_text_is_the_id_of_no_job(string text) => Assert.False(JobId.TryParse(text, out _));
}
