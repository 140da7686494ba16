using System.Text;
using Turnstile.Api.Factorial;
using Turnstile.Factorial;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialCacheTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly ManualTime _time = new();

    [Fact]
    public void A_result_is_found_until_its_life_is_over_however_often_it_is_read()
    {
        FactorialCache cache = New();
        FactorialText ten = Text(10, 7);
        cache.Add(ten);

        for (int hour = 0; hour < 23; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            Assert.True(cache.TryFind(10, out FactorialText? found));
            Assert.Same(ten, found);
        }

        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(cache.TryFind(10, out _));
        Assert.Equal(0, cache.Count);
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public void Adding_a_result_again_gives_it_a_new_life()
    {
        FactorialCache cache = New();
        cache.Add(Text(10, 7));
        _time.Advance(TimeSpan.FromHours(23));
        cache.Add(Text(10, 7));
        _time.Advance(TimeSpan.FromHours(23));

        Assert.True(cache.TryFind(10, out _));
        Assert.Equal(1, cache.Count);
        Assert.Equal(Text(10, 7).Size, cache.Bytes);
    }

    [Fact]
    public void Numbers_from_the_limit_on_are_not_kept()
    {
        FactorialCache cache = New();
        cache.Add(Text(9_999, 5));
        cache.Add(Text(10_000, 5));

        Assert.True(cache.TryFind(9_999, out _));
        Assert.False(cache.TryFind(10_000, out _));
        Assert.Equal(0, cache.Misses);
    }

    [Fact]
    public void The_least_recently_used_goes_first()
    {
        long three = 3 * Text(1, 100).Size;
        FactorialCache cache = New(bytes: three);
        cache.Add(Text(1, 100));
        cache.Add(Text(2, 100));
        cache.Add(Text(3, 100));
        Assert.True(cache.TryFind(1, out _));

        cache.Add(Text(4, 100));

        Assert.False(cache.TryFind(2, out _));
        Assert.True(cache.TryFind(1, out _));
        Assert.True(cache.TryFind(3, out _));
        Assert.True(cache.TryFind(4, out _));
    }

    [Fact]
    public void A_result_larger_than_all_may_be_is_not_kept_and_drives_nothing_out()
    {
        FactorialCache cache = New(bytes: 2_000);
        cache.Add(Text(1, 10));
        cache.Add(Text(2, 5_000));

        Assert.True(cache.TryFind(1, out _));
        Assert.False(cache.TryFind(2, out _));
    }

    [Fact]
    public void It_agrees_with_a_plain_model_at_every_step()
    {
        var random = new Random(20260102);
        long limit = 20_000;
        FactorialCache cache = New(below: 60, bytes: limit);
        var model = new List<(int Number, long Size, DateTimeOffset Since)>();
        long hits = 0;
        long misses = 0;
        for (int step = 0; step < 50_000; step++)
        {
            int number = random.Next(80);
            _time.Advance(TimeSpan.FromSeconds(random.Next(600)));
            DateTimeOffset now = _time.GetUtcNow();
            if (random.Next(3) == 0)
            {
                FactorialText text = Text(number, random.Next(1, 2_000));
                cache.Add(text);
                if (number < 60)
                {
                    model.RemoveAll(entry => entry.Number == number);
                    model.Insert(0, (number, text.Size, now));
                    while (model.Sum(entry => entry.Size) > limit)
                    {
                        model.RemoveAt(model.Count - 1);
                    }
                }
            }
            else
            {
                model.RemoveAll(entry => entry.Number == number && now - entry.Since >= Day);
                int place = model.FindIndex(entry => entry.Number == number);
                Assert.Equal(place >= 0, cache.TryFind(number, out FactorialText? found));
                Assert.Equal(place >= 0 ? number : null, found?.View.Number);
                if (place >= 0)
                {
                    (int Number, long Size, DateTimeOffset Since) entry = model[place];
                    model.RemoveAt(place);
                    model.Insert(0, entry);
                }

                hits += place >= 0 ? 1 : 0;
                misses += place < 0 && number < 60 ? 1 : 0;
            }

            Assert.Equal(model.Sum(entry => entry.Size), cache.Bytes);
            Assert.InRange(cache.Bytes, 0, limit);
        }

        Assert.Equal(hits, cache.Hits);
        Assert.Equal(misses, cache.Misses);
    }

    private static FactorialText Text(int number, int digits) => FactorialText.Of(new FactorialReading
    {
        View = new FactorialView
        {
            Number = number,
            Status = FactorialStatus.Done,
            Job = 1,
            Checksum = new string('a', 64),
            Digits = digits,
            CreatedAt = DateTimeOffset.UnixEpoch,
            FinishedAt = DateTimeOffset.UnixEpoch,
        },
        Digits = Encoding.ASCII.GetBytes(new string('7', digits)),
    });

    private FactorialCache New(int below = 10_000, long bytes = 1 << 20) => new(below, Day, bytes, _time);
}
