using System.Collections.Concurrent;
using Turnstile.Accept;
using Turnstile.Grains.Accept.Writers;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Accept;

public sealed class DeliveryTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("turnstile-delivery-").FullName;
    private readonly MemoryWriter _steady = new("steady");
    private readonly MemoryWriter _shaky = new("shaky");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_writer_that_is_down_gets_everything_later_in_order_and_holds_nobody_up()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time, 1, _steady, _shaky);
        await DeliverBoth(silo);
        _shaky.IsDown = true;
        for (int i = 1; i <= 3; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await silo.Add(_time.GetUtcNow().ToUnixTimeSeconds() / 60 * 60, Enumerable.Range(0, i).Select(id => (long)id));
            await silo.CloseDue();
            await DeliverBoth(silo);
        }

        Assert.Empty(_shaky.Delivered);
        Assert.NotEmpty(_steady.Delivered);
        _shaky.IsDown = false;
        _time.Advance(TimeSpan.FromMinutes(2));
        await silo.CloseDue();
        await DeliverBoth(silo);
        Assert.Equal(await silo.Store.RecordsAfter(0, 100), _steady.Delivered);
        Assert.Equal(_steady.Delivered, _shaky.Delivered);
        Assert.Equal([1, 2, 3], _shaky.Delivered.Select(record => record.UniqueIds).Where(ids => ids > 0));
    }

    [Fact]
    public async Task Delivered_records_are_not_delivered_again_after_a_restart()
    {
        await using (AcceptSilo silo = await AcceptSilo.Start(_folder, _time, 1, _steady))
        {
            _time.Advance(TimeSpan.FromMinutes(3));
            await silo.CloseDue();
            await silo.Deliver("steady");
        }

        int delivered = _steady.Delivered.Count;
        Assert.NotEqual(0, delivered);
        await using AcceptSilo next = await AcceptSilo.Start(_folder, _time, 1, _steady);
        await next.Deliver("steady");
        Assert.Equal(delivered, _steady.Delivered.Count);
    }

    [Fact]
    public async Task A_writer_that_is_too_slow_for_many_records_at_a_time_gets_fewer()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time, 1, _shaky);
        await silo.Deliver("shaky");
        _shaky.RecordsMax = 1;
        _time.Advance(TimeSpan.FromMinutes(40));
        await silo.CloseDue();
        List<MinuteRecord> records = await silo.Store.RecordsAfter(0, 100);
        Assert.True(records.Count > 20);

        // Each failure halves what is handed over next.
        for (int half = records.Count; half > 0; half /= 2)
        {
            await silo.Deliver("shaky");
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(records, _shaky.Delivered.Take(records.Count));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_keep_a_writer_waiting()
    {
        await using AcceptSilo silo = await AcceptSilo.Start(_folder, _time, 1, _shaky);
        await silo.Deliver("shaky");
        _shaky.IsDown = true;
        _time.Advance(TimeSpan.FromMinutes(2));
        await silo.CloseDue();
        await silo.Deliver("shaky");
        _shaky.IsDown = false;
        _time.Advance(TimeSpan.FromHours(-1));
        await silo.Deliver("shaky");
        Assert.NotEmpty(_shaky.Delivered);
    }

    [Fact]
    public async Task A_process_that_ends_does_not_wait_for_a_destination_and_the_next_one_delivers()
    {
        AcceptSilo silo = await AcceptSilo.Start(_folder, _time, 1, _shaky);
        await silo.Deliver("shaky");
        _shaky.Hangs = true;
        _time.Advance(TimeSpan.FromMinutes(2));
        await silo.CloseDue();
        Task delivery = silo.Deliver("shaky");
        await _shaky.Reached;

        await silo.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

        await delivery;
        _shaky.Hangs = false;
        await using AcceptSilo next = await AcceptSilo.Start(_folder, _time, 1, _shaky);
        await next.Deliver("shaky");
        Assert.NotEmpty(_shaky.Delivered);
    }

    private static Task DeliverBoth(AcceptSilo silo) => Task.WhenAll(silo.Deliver("steady"), silo.Deliver("shaky"));

    private sealed class MemoryWriter(string name) : IRecordWriter
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => name;

        public ConcurrentQueue<MinuteRecord> Delivered { get; } = new();

        public bool IsDown { get; set; }

        public int RecordsMax { get; set; } = int.MaxValue;

        public bool Hangs { get; set; }

        /// <summary>Completes when it has begun to hang.</summary>
        public Task Reached => _reached.Task;

        public void Check()
        {
        }

        public Task Write(IReadOnlyList<MinuteRecord> records, CancellationToken stop = default)
        {
            if (Hangs)
            {
                _reached.TrySetResult();
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }

            if (IsDown || records.Count > RecordsMax)
                return Task.FromException(new IOException("It is down, or not through in its time."));
            foreach (MinuteRecord record in records)
                Delivered.Enqueue(record);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
