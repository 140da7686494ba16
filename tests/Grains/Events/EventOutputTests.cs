using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Events;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;

namespace Turnstile.Grains.Tests.Events;

public sealed class EventOutputTests() : StorageSuite(new SqliteHome()), IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"turnstile-test-{Guid.NewGuid():N}");

    private string File => Path.Combine(_folder, "events.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_a_kill_left_in_a_new_file_before_it_was_recorded_is_not_there_twice()
    {
        EventStore store = await OpenStore();
        Directory.CreateDirectory(_folder);
        await System.IO.File.WriteAllTextAsync(File, "of another database\n");

        using (OutputSink killed = Sink())
        {
            var output = new EventOutput(store, killed, TimeProvider.System, NullLogger<EventOutput>.Instance);
            await output.StartAsync(default);
            await killed.Write([Step(1)]);
        }

        using EventOutput next = new(store, Sink(), TimeProvider.System, NullLogger<EventOutput>.Instance);
        await next.StartAsync(default);
        await next.Write(Step(1));
        await next.Write(Step(2));
        await next.StopAsync(default);
        Assert.Equal(["of another database", "line 1", "line 2"], await System.IO.File.ReadAllLinesAsync(File));
    }

    [Fact]
    public async Task A_step_that_two_activations_hand_over_while_the_output_stands_still_is_there_once()
    {
        // As many steps as may wait.
        const int waiting = 32;
        EventStore store = await OpenStore();
        using EventOutput output = new(store, Sink(), TimeProvider.System, NullLogger<EventOutput>.Instance);
        for (int step = 1; step <= waiting; step++)
        {
            await output.Write(Step(step));
        }

        Task[] both = [output.Write(Step(waiting + 1)).AsTask(), output.Write(Step(waiting + 1)).AsTask()];
        await output.StartAsync(default);
        await Task.WhenAll(both);
        await output.StopAsync(default);
        Assert.Equal(
            Enumerable.Range(1, waiting + 1).Select(step => $"line {step}"), await System.IO.File.ReadAllLinesAsync(File));
    }

    [Fact]
    public async Task What_an_output_that_stands_still_has_not_taken_is_waited_for_five_seconds_at_a_stop()
    {
        EventStore store = await OpenStore();
        Directory.CreateDirectory(_folder);
        System.IO.File.CreateSymbolicLink(File, "/dev/full");
        using EventOutput output = new(store, Sink(), Time, NullLogger<EventOutput>.Instance);
        await output.StartAsync(default);
        await output.Write(Step(1));

        Task stop = output.StopAsync(default);
        Assert.False(stop.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(5));
        await stop.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_file_that_was_cut_back_by_somebody_else_is_gone_on_with_at_its_end()
    {
        using OutputSink sink = Sink();
        sink.Open(null);
        await sink.Write([Step(1)]);
        new FileStream(File, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        await sink.Write([Step(2)]);
        Assert.Equal("line 2\n", await System.IO.File.ReadAllTextAsync(File));
    }

    [Fact]
    public void A_file_belongs_to_one_process_until_that_ends()
    {
        using (OutputSink first = Sink())
        {
            first.Open(null);
            using OutputSink second = Sink();
            InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => second.Open(null));
            Assert.Contains(File, refusal.Message, StringComparison.Ordinal);
        }

        using OutputSink next = Sink();
        next.Open(null);
    }

    private static StepRow Step(int step) => new(0, step, Encoding.UTF8.GetBytes($"line {step}\n"));

    private OutputSink Sink() => new(Options.Create(new EventsOptions { Output = File }));

    private async Task<EventStore> OpenStore()
    {
        Database database = Make();
        var store = new EventStore(database, Options.Create(new EventsOptions { Partitions = 1 }));
        await database.Start();
        return store;
    }
}
