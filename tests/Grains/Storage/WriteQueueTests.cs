using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Tests.Storage;

public sealed class WriteQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BatchWriter<int, None> _patient = Writer(isPatient: true);
    private readonly BatchWriter<int, None> _urgent = Writer(isPatient: false);

    // Whoever is patient waits for ever, so that nothing here hangs on how long that is.
    private readonly WriteQueue _queue = new(100, Timeout.InfiniteTimeSpan);

    [Fact]
    public async Task Patient_changes_of_a_stream_go_with_the_next_one_that_is_not()
    {
        Stream();
        Add(_patient, 2);
        Task<int> taken = BeginTake();
        Add(_urgent, 1);

        Assert.Equal(3, await taken.WaitAsync(Patience));
    }

    [Fact]
    public async Task Patient_changes_that_come_alone_go_at_once()
    {
        Add(_patient, 1);
        Assert.Equal(1, await BeginTake().WaitAsync(Patience));
        Add(_patient, 3);
        Assert.Equal(3, await BeginTake().WaitAsync(Patience));
    }

    [Fact]
    public async Task Nothing_waits_while_one_that_is_not_patient_does()
    {
        Stream();
        Add(_patient, 4);
        Add(_urgent, 2);
        Add(_patient, 1);

        Assert.Equal(5, await BeginTake(rowsMax: 5).WaitAsync(Patience));
        Assert.Equal(2, await BeginTake(rowsMax: 5).WaitAsync(Patience));
    }

    [Fact]
    public async Task When_the_queue_is_closed_nothing_waits_any_more()
    {
        Stream();
        Add(_patient, 2);
        Task<int> taken = BeginTake();
        _queue.Close();

        Assert.Equal(2, await taken.WaitAsync(Patience));
    }

    private static BatchWriter<int, None> Writer(bool isPatient) =>
        new(null!, "test", 1, isPatient, (_, _, _) => ValueTask.CompletedTask);

    /// <summary>So many come at a time that others are to be expected.</summary>
    private void Stream()
    {
        Add(_patient, 10);
        _queue.Take([], 100);
    }

    private void Add(BatchWriter<int, None> writer, int times)
    {
        for (int i = 0; i < times; i++)
            Assert.Null(_queue.Add(new PendingWrite<int, None>(writer, i, 1)));
    }

    /// <summary>Returns once the changes are taken, or their taker waits.</summary>
    private Task<int> BeginTake(int rowsMax = 100)
    {
        var taken = new TaskCompletionSource<int>();
        var taker = new Thread(() =>
        {
            var batch = new List<PendingWrite>();
            _queue.Take(batch, rowsMax);
            taken.SetResult(batch.Count);
        }) { IsBackground = true };
        taker.Start();
        SpinWait.SpinUntil(() => taken.Task.IsCompleted || taker.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience);
        return taken.Task;
    }
}
