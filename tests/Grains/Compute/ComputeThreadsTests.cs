using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Compute;
using Turnstile.Numerics;

namespace Turnstile.Grains.Tests.Compute;

public sealed class ComputeThreadsTests
{
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
            givesWay: false,
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
                givesWay: false,
                CancellationToken.None),
            Slice(1, givesWay: true),
            Slice(2, givesWay: false),
            Slice(3, givesWay: true),
            Slice(4, givesWay: false),
        ];
        begun.Wait();
        go.Set();
        await Task.WhenAll(slices);
        Assert.Equal([2, 4, 1, 3], order);

        Task Slice(long job, bool givesWay) => threads.Run(
            job,
            _ =>
            {
                order.Enqueue(job);
                return true;
            },
            givesWay,
            CancellationToken.None);
    }

    private static ComputeThreads OneThread() =>
        new(Options.Create(new ComputeOptions { Workers = 1 }), TimeProvider.System, new ThreadCpuClock(), new SliceLedger());
}
