using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Compute;
using Turnstile.Harness;
using Turnstile.Numerics;

namespace Turnstile.Grains.Tests.Compute;

public sealed class ComputeThreadsTests
{
    private static readonly SliceManner Ordinary = new(GivesWay: false, () => false);
    private static readonly SliceManner GivingWay = new(GivesWay: true, () => false);

    [Fact]
    public async Task A_slice_that_never_looks_at_its_budget_does_not_keep_the_process_from_ending()
    {
        ComputeThreads threads = OneThread();
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        Task slice = threads.Run(
            0,
            _ =>
            {
                begun.Set();
                end.Wait();
                return true;
            },
            Ordinary,
            CancellationToken.None);
        begun.Wait();
        threads.Dispose();
        Assert.False(slice.IsCompleted);
        end.Set();
        await slice;
    }

    [Fact]
    public async Task Slices_run_in_the_order_in_which_they_come_and_those_that_give_way_after_all_others()
    {
        using ComputeThreads threads = OneThread();
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var order = new ConcurrentQueue<long>();
        Task[] slices =
        [
            threads.Run(
                0,
                _ =>
                {
                    begun.Set();
                    go.Wait();
                    return true;
                },
                Ordinary,
                CancellationToken.None),
            Slice(1, GivingWay),
            Slice(2, Ordinary),
            Slice(3, GivingWay),
            Slice(4, Ordinary),
        ];
        begun.Wait();
        go.Set();
        await Task.WhenAll(slices);
        Assert.Equal([2, 4, 1, 3], order);

        Task Slice(long job, SliceManner manner) => threads.Run(
            job,
            _ =>
            {
                order.Enqueue(job);
                return true;
            },
            manner,
            CancellationToken.None);
    }

    [Fact]
    public async Task Ends_of_slices_that_give_way_are_told_together_before_the_work_runs_out()
    {
        await using var row = new RowOfSlices();
        await row.End();
        await row.End();
        Assert.Empty(row.Told);
        await row.End();
        Assert.Equal([1, 2, 3], row.Told);
    }

    [Fact]
    public async Task Ends_are_told_at_once_where_somebody_waits_for_one()
    {
        await using var row = new RowOfSlices { Watched = 2 };
        await row.End();
        await row.End();
        Assert.Equal([1, 2], row.Told);
    }

    [Fact]
    public async Task Ends_are_told_when_somebody_begins_to_wait()
    {
        await using var row = new RowOfSlices();
        await row.End();
        row.Threads.TellNow();
        Assert.Equal([1], row.Told);
    }

    [Fact]
    public async Task Ends_wait_for_others_no_longer_than_a_slice_takes()
    {
        await using var row = new RowOfSlices();
        await row.End();
        row.Time.Advance(TimeSpan.FromMilliseconds(new ComputeOptions().SliceMilliseconds));
        await row.End();
        Assert.Equal([1, 2], row.Told);
    }

    [Fact]
    public async Task Ends_are_told_when_the_threads_stop()
    {
        await using var row = new RowOfSlices();
        await row.End();
        row.Threads.Stop();
        Assert.Equal([1], row.Told);
    }

    [Fact]
    public async Task A_slice_that_gives_way_goes_on_for_some_more_while_nobody_comes()
    {
        using ComputeThreads threads = OneThread();
        Assert.Equal(1, await Steps(threads, Ordinary));
        Assert.Equal(4, await Steps(threads, GivingWay));
        Assert.Equal(1, await Steps(threads, new SliceManner(GivesWay: true, () => true)));
    }

    [Fact]
    public async Task A_slice_that_goes_on_ends_as_soon_as_another_comes()
    {
        using ComputeThreads threads = OneThread();
        var spent = new List<bool>();
        Task? other = null;
        await threads.Run(
            1,
            budget =>
            {
                // The slice that was granted is whole, whoever comes.
                bool isGranted = spent.Count == 0;
                spent.Add(budget.IsSpent);
                other ??= isGranted ? null : threads.Run(2, _ => true, Ordinary, CancellationToken.None);
                spent.Add(budget.IsSpent);
                return false;
            },
            GivingWay,
            CancellationToken.None);
        await other!;
        Assert.Equal([false, false, false, true], spent);
    }

    [Fact]
    public async Task A_slice_does_not_go_on_where_another_has_come()
    {
        using ComputeThreads threads = OneThread();
        int steps = 0;
        Task? other = null;
        await threads.Run(
            1,
            _ =>
            {
                steps++;
                other ??= threads.Run(2, _ => true, Ordinary, CancellationToken.None);
                return false;
            },
            GivingWay,
            CancellationToken.None);
        await other!;
        Assert.Equal(1, steps);
    }

    private static async Task<int> Steps(ComputeThreads threads, SliceManner manner)
    {
        int steps = 0;
        Assert.False((await threads.Run(
            1,
            _ =>
            {
                steps++;
                return false;
            },
            manner,
            CancellationToken.None)).Finished);
        return steps;
    }

    private static ComputeThreads OneThread() =>
        new(Options.Create(new ComputeOptions { Workers = 1 }), new ManualTime(), new ThreadCpuClock(), new SliceLedger());

    /// <summary>Four slices that give way on one thread, each of which ends when it is told to.</summary>
    private sealed class RowOfSlices : IAsyncDisposable
    {
        private readonly SemaphoreSlim _begun = new(0);
        private readonly SemaphoreSlim _go = new(0);
        private readonly Task<SliceMeasure>[] _slices;

        public RowOfSlices()
        {
            Threads = new ComputeThreads(
                Options.Create(new ComputeOptions { Workers = 1 }), Time, new ThreadCpuClock(), new SliceLedger());
            _slices = [.. Enumerable.Range(1, 4).Select(job => Threads.Run(job, Step, Manner(job), CancellationToken.None))];
            _begun.Wait();
        }

        public ManualTime Time { get; } = new();

        public ComputeThreads Threads { get; }

        public int Watched { get; set; }

        /// <summary>The slices that were told.</summary>
        public int[] Told => [.. Enumerable.Range(1, 4).Where(job => _slices[job - 1].IsCompleted)];

        /// <summary>Lets the slice that runs end, and waits until the next one has begun: by then it is told or waits for others.</summary>
        public async Task End()
        {
            _go.Release();
            await _begun.WaitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            _go.Release(4);
            Threads.Dispose();
            await Task.WhenAll(_slices);
            _begun.Dispose();
            _go.Dispose();
        }

        private bool Step(SliceBudget budget)
        {
            _begun.Release();
            _go.Wait();
            return true;
        }

        private SliceManner Manner(int job) => new(GivesWay: true, () => Watched == job);
    }
}
