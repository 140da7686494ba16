using System.Collections.Concurrent;
using System.Collections.Immutable;
using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>
/// Counts how often each number is asked for, between two looks at the counts. Counted by every thread.
/// </summary>
internal sealed class FactorialCounts
{
    private readonly ConcurrentDictionary<int, Tally> _tallies = new();

    /// <summary>A request named the number.</summary>
    public void Requested(int number) => Interlocked.Increment(ref Of(number).Requests);

    /// <summary>A request that was counted is answered with the digits.</summary>
    /// <param name="number">Which number.</param>
    /// <param name="hit">From memory.</param>
    public void Read(int number, bool hit)
    {
        Tally tally = Of(number);
        Interlocked.Increment(ref tally.Reads);
        if (hit)
        {
            Interlocked.Increment(ref tally.Hits);
        }
    }

    /// <summary>What was counted since the last call.</summary>
    public ImmutableArray<FactorialCount> Take() =>
    [
        .. _tallies
            .Where(pair => Interlocked.Read(ref pair.Value.Requests) > 0)
            .Select(pair => new FactorialCount
            {
                Number = pair.Key,
                Requests = Interlocked.Exchange(ref pair.Value.Requests, 0),
                Reads = Interlocked.Exchange(ref pair.Value.Reads, 0),
                Hits = Interlocked.Exchange(ref pair.Value.Hits, 0),
            }),
    ];

    /// <summary>Counts again what was taken and could not be stored.</summary>
    public void Return(ImmutableArray<FactorialCount> counts)
    {
        foreach (FactorialCount count in counts)
        {
            Tally tally = Of(count.Number);
            Interlocked.Add(ref tally.Requests, count.Requests);
            Interlocked.Add(ref tally.Reads, count.Reads);
            Interlocked.Add(ref tally.Hits, count.Hits);
        }
    }

    private Tally Of(int number) => _tallies.GetOrAdd(number, static _ => new Tally());

    private sealed class Tally
    {
        public long Requests;
        public long Reads;
        public long Hits;
    }
}
