using System.Collections.Immutable;
using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute;

public sealed class WorkerPoolTests
{
    private const double SliceSeconds = 0.05;
    private const double JobSeconds = SliceSeconds / 3;

    // CPU seconds with room for the first of two jobs and a part of the second.
    private const double Two = 1.5 * JobSeconds;
    private const double None = 0;

    private static readonly CallerKey Whale = new("", "whale");
    private static readonly CallerKey Mouse = new("", "mouse");

    private readonly FairShare _share = new(new FairShareOptions { SliceSeconds = SliceSeconds });
    private readonly WorkerPool _pool = new(SliceSeconds);
    private long _jobs;

    [Fact]
    public void A_caller_that_is_alone_has_some_slices_more_and_those_give_way()
    {
        Learn(Whale);
        Submit(Whale, 10);
        Assert.Equal([true, true, true, true], Fill(idle: 2, spare: Two).Select(grant => grant.GivesWay));
        Assert.Empty(Fill(idle: 0, spare: None));
    }

    [Fact]
    public void Jobs_that_may_want_a_second_slice_are_not_granted_ahead()
    {
        Submit(Whale, 10);
        Assert.Equal(2, Fill(idle: 2, spare: Two).Length);
    }

    [Fact]
    public void Two_callers_have_nothing_ahead()
    {
        Learn(Whale);
        Submit(Whale, 10);
        Submit(Mouse, 10);
        Assert.Equal([false, false], Fill(idle: 2, spare: Two).Select(grant => grant.GivesWay));

        // Nor has one while a slice of another is on its way.
        Settle(Fill(idle: 1, spare: Two).Single(), SliceOutcome.Ended);
        Assert.Empty(Fill(idle: 0, spare: Two));
    }

    [Fact]
    public void Whoever_comes_goes_before_what_gives_way_and_the_lone_callers_own_jobs_do_not()
    {
        Learn(Whale);
        Submit(Whale, 10);
        Assert.Equal(4, Fill(idle: 2, spare: Two).Length);
        Submit(Mouse, 5);

        // More than one, and it would have used up its quantum.
        SliceGrant grant = Assert.Single(Fill(idle: 0, spare: None));
        Assert.Equal((Mouse, false), (grant.Caller, grant.GivesWay));
        Assert.Empty(Fill(idle: 0, spare: None));
    }

    [Fact]
    public void However_much_gives_way_only_one_slice_a_thread_is_put_before_it()
    {
        Learn(Whale);
        Submit(Whale, 20);
        Assert.True(Fill(idle: 2, spare: 4 * Two).Length > 4);
        foreach (int mouse in Enumerable.Range(0, 5))
        {
            Submit(new CallerKey("", $"mouse-{mouse}"), 1);
        }

        ImmutableArray<SliceGrant> placed = Fill(idle: 0, spare: None);
        Assert.Equal(2, placed.Length);
        Assert.Empty(Fill(idle: 0, spare: None));
        Settle(placed[0], SliceOutcome.Ended);
        Assert.Single(Fill(idle: 0, spare: None));
    }

    [Fact]
    public void Who_comes_in_debt_does_not_wait_for_all_that_gives_way()
    {
        Learn(Whale);
        Submit(Mouse, 1);
        SliceGrant first = Assert.Single(Fill(idle: 1, spare: None));
        Submit(Whale, 20);
        Settle(first, SliceOutcome.Ended);
        Assert.Equal(8, Fill(idle: 2, spare: 4 * Two).Length);

        // By the rounds alone it would be the whale's turn: the mouse has had more than its quantum in this one.
        Submit(Mouse, 1);
        Assert.Equal(Mouse, Assert.Single(Fill(idle: 0, spare: None)).Caller);
    }

    [Fact]
    public void Nobodys_turn_passes_while_nobody_else_waits()
    {
        Learn(Whale);
        Submit(Whale, 20);
        Assert.Equal(4, Fill(idle: 2, spare: Two).Length);
        Submit(Mouse, 1);
        Assert.Single(Fill(idle: 0, spare: None));

        // Passed turns would be rounds, and pay debts.
        double lag = _share.View(Whale, 0).LagSeconds;
        Assert.Empty(Fill(idle: 0, spare: None));
        Assert.Equal(lag, _share.View(Whale, 0).LagSeconds);
    }

    [Fact]
    public void What_has_ended_gives_way_to_nobody()
    {
        Learn(Whale);
        Submit(Whale, 10);
        foreach (SliceGrant grant in Fill(idle: 2, spare: Two))
        {
            Settle(grant, SliceOutcome.Ended);
        }

        Submit(Mouse, 1);
        Assert.Empty(Fill(idle: 0, spare: None));
    }

    [Fact]
    public void A_mouse_has_the_first_thread_that_is_free_whatever_a_lone_whale_was_granted_ahead()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var threads = new ModelThreads(new Random(seed), threads: 1 + (seed % 3), SliceSeconds);
            for (int i = 0; i < 600; i++)
            {
                threads.Step(Whale, Mouse);
            }

            Assert.True(threads.MouseJobs > 10, $"Seed {seed} had the mouse wait for {threads.MouseJobs} jobs only.");
            Assert.True(threads.GaveWay > 10, $"Seed {seed} granted {threads.GaveWay} slices ahead only.");
        }
    }

    /// <summary>A caller's jobs are known to take less than a slice.</summary>
    private void Learn(CallerKey caller)
    {
        for (int i = 0; i < 40; i++)
        {
            Submit(caller, 1);
            Settle(Fill(idle: 1, spare: None).Single(), SliceOutcome.Ended);
        }
    }

    private ImmutableArray<SliceGrant> Fill(int idle, double spare)
    {
        _pool.IdleThreads = idle;
        _pool.SpareSeconds = spare;
        _pool.Threads = 2;
        _pool.AheadSeconds = 0;
        ImmutableArray<SliceGrant> grants = _pool.Fill(_share);
        return grants.IsDefault ? [] : grants;
    }

    private void Settle(SliceGrant grant, SliceOutcome outcome)
    {
        Assert.True(_pool.Release(grant.Job.Id));
        _share.Settle(
            new SliceEnd { Caller = grant.Caller, Job = grant.Job.Id, Outcome = outcome, CpuSeconds = JobSeconds }, 0);
    }

    private void Submit(CallerKey caller, int count) =>
        _share.Offer(ModelThreads.Jobs(caller, [.. Enumerable.Range(0, count).Select(_ => ++_jobs)]));

    /// <summary>
    /// Threads that run what a pool is granted: a whale always has jobs waiting, a mouse comes now and then with one.
    /// </summary>
    private sealed class ModelThreads(Random random, int threads, double sliceSeconds)
    {
        private readonly FairShare _share = new(new FairShareOptions { SliceSeconds = sliceSeconds });
        private readonly WorkerPool _pool = new(sliceSeconds);
        private readonly PriorityQueue<(SliceGrant Grant, double Seconds), double> _running = new();
        private readonly Queue<SliceGrant> _queue = new();
        private readonly Queue<SliceGrant> _givingWay = new();
        private double _now;
        private long _jobs;
        private bool _mouseWaits;

        // Slices since the mouse had its last one: enough, and it owes nothing.
        private int _since;

        public int MouseJobs { get; private set; }

        public int GaveWay { get; private set; }

        private int Outstanding => _running.Count + _queue.Count + _givingWay.Count;

        public static CallerOffer Jobs(CallerKey caller, IEnumerable<long> ids) => new()
        {
            Caller = caller,
            Weight = 1,
            RunningMax = int.MaxValue,
            More = false,
            Jobs =
            [
                .. ids.Select(id => new QueuedJob
                {
                    Id = id, CallerId = 1, Operation = JobOperation.Factorize, Digits = 44, Priority = 0,
                    SubmittedAt = DateTimeOffset.UnixEpoch,
                }),
            ],
        };

        /// <summary>The next thread comes to the end of its slice; before that the mouse may have come.</summary>
        public void Step(CallerKey whale, CallerKey mouse)
        {
            while (_share.ReadyOf(whale) < 8 * threads)
            {
                _share.Offer(Jobs(whale, [++_jobs]));
            }

            Grant();
            if (!_mouseWaits && ++_since > 8 * threads && random.Next(3) == 0)
            {
                _mouseWaits = true;
                _since = 0;
                _share.Offer(Jobs(mouse, [++_jobs]));
                Grant();
            }

            Assert.True(_running.TryDequeue(out (SliceGrant Grant, double Seconds) slice, out _now));
            _mouseWaits &= slice.Grant.Caller != mouse;
            bool mouseIsNext = _mouseWaits && !_running.UnorderedItems.Any(item => item.Element.Grant.Caller == mouse);
            Start();
            _pool.Release(slice.Grant.Job.Id);
            _share.Settle(
                new SliceEnd
                {
                    Caller = slice.Grant.Caller, Job = slice.Grant.Job.Id, Outcome = SliceOutcome.Ended, CpuSeconds = slice.Seconds,
                },
                _now);
            Grant();
            if (mouseIsNext)
            {
                MouseJobs++;
                Assert.Contains(_running.UnorderedItems, item => item.Element.Grant.Caller == mouse);
            }
        }

        private void Grant()
        {
            _pool.Threads = threads;
            _pool.IdleThreads = Math.Max(0, threads - Outstanding);
            _pool.SpareSeconds = Math.Max(0, (2 * threads * sliceSeconds) - (Outstanding * JobSeconds));
            _pool.AheadSeconds = 0;
            ImmutableArray<SliceGrant> grants = _pool.Fill(_share);
            foreach (SliceGrant grant in grants.IsDefault ? [] : grants)
            {
                (grant.GivesWay ? _givingWay : _queue).Enqueue(grant);
                GaveWay += grant.GivesWay ? 1 : 0;
            }

            Start();
        }

        private void Start()
        {
            while (_running.Count < threads && (_queue.TryDequeue(out SliceGrant? grant) || _givingWay.TryDequeue(out grant)))
            {
                double seconds = sliceSeconds * (0.1 + (0.7 * random.NextDouble()));
                _running.Enqueue((grant, seconds), _now + seconds);
            }
        }
    }
}
