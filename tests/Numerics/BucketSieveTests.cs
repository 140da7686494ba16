using System.Numerics;

namespace Turnstile.Numerics.Tests;

/// <summary>
/// Buckets hold what primes hit, one by one, at every vector width: primes that hit most blocks, and beyond 2^19 those
/// that miss most.
/// </summary>
public sealed unsafe class BucketSieveTests : IDisposable
{
    private const int Blocks = 20;
    private const int Interval = Blocks * BlockSieve.BlockSize;

    // Their primes go up to a million.
    private const int Primes = 40_000;

    private readonly FactorBase _factorBase;
    private readonly SieveRoots _roots;
    private readonly PolynomialFamily _family;
    private readonly int _start;

    public BucketSieveTests()
    {
        var random = new Random(19);
        var number = Cases.PrimeOfDigits(random, 23) * Cases.PrimeOfDigits(random, 23);
        var multiplier = KnuthSchroeppel.Multiplier(number);
        number *= multiplier;
        _factorBase = new(number, multiplier, Primes);
        _factorBase.Work().RunToEnd();

        _roots = new(_factorBase, Interval / 2);
        _family = new(number, _factorBase, new FamilyChooser(number, _factorBase, Interval / 2).Next());
        _start = _factorBase.IndexOf(1 << 17) / SieveLanes.Width * SieveLanes.Width;
    }

    public static TheoryData<string, bool?> Widths => new()
    {
        { nameof(PlainLanes), null },
        { nameof(PlainLanes), false },
        { nameof(PlainLanes), true },
        { nameof(Lanes256), null },
        { nameof(Lanes256), false },
        { nameof(Lanes256), true },
        { nameof(SieveLanes.Widest), null },
        { nameof(SieveLanes.Widest), false },
        { nameof(SieveLanes.Widest), true },
    };

    /// <param name="width">The vectors.</param>
    /// <param name="isBackward">Which way roots move before they are thrown; null where they stay.</param>
    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_hit_of_every_large_prime_is_in_its_blocks_bucket(string width, bool? isBackward)
    {
        SieveLanes lanes = width switch
        {
            nameof(PlainLanes) => new PlainLanes(),
            nameof(Lanes256) => new Lanes256(),
            _ => SieveLanes.Widest,
        };
        _roots.Start(_family, 0).RunToEnd();

        var columns = isBackward is null ? _roots.Columns : _roots.Step(1);
        var expected = Hits(columns, isBackward);
        Assert.Contains(expected, hit => Prime(hit.Index) > 1 << 19);
        using var buckets = new BucketSieve(_factorBase, lanes, _start, Blocks);
        buckets.Fill(columns, isBackward ?? false);
        var places = expected.ToLookup(hit => hit.Position, hit => hit.Index);
        var values = new byte[BlockSieve.BlockSize];
        var primes = new int[100];
        for (var block = 0; block < Blocks; block++)
        {
            Array.Clear(values);
            fixed (byte* pointer = values)
                buckets.Empty(block, pointer);
            for (var place = 0; place < BlockSieve.BlockSize; place++)
            {
                var hitBy = places[(block * BlockSieve.BlockSize) + place];
                Assert.Equal((byte)-hitBy.Sum(Log), values[place]);
                if (place % 64 != 0 && !hitBy.Any(index => Prime(index) > 1 << 19))
                    continue;
                var count = buckets.Collect(block, (uint)place, primes);
                Assert.Equal(hitBy.Order(), primes.Take(count).Order());
            }
        }
    }

    public void Dispose()
    {
        _factorBase.Dispose();
        _roots.Dispose();
    }

    private uint Prime(int index) => _factorBase.Primes[index];

    // Primes come in groups that count alike.
    private int Log(int index) => _factorBase.Logs[index / SieveLanes.Width * SieveLanes.Width];

    private List<(int Position, int Index)> Hits(in RootColumns columns, bool? isBackward)
    {
        var hits = new List<(int Position, int Index)>();
        for (var i = _start; i < _factorBase.Count; i++)
        {
            var prime = columns.Primes[i];
            long move = columns.Moves == null ? 0 : columns.Moves[i];
            foreach (var root in new[] { columns.First[i], columns.Second[i] })
            {
                var moved = isBackward == true ? root - move + prime : root + move;
                for (var position = moved % prime; position < Interval; position += prime)
                    hits.Add(((int)position, i));
            }
        }

        return hits;
    }
}
