using System.Text;
using Turnstile.Compute;
using Turnstile.Factorial;

namespace Turnstile.Grains.Tests.Factorial;

public sealed class FactorialGrainTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly CallerKey Somebody = new("", "somebody");

    private readonly string _folder = Directory.CreateTempSubdirectory("turnstile-factorial-").FullName;

    private string Database => Path.Combine(_folder, "turnstile.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Killed_while_uploading_it_is_done_and_right_after_a_restart()
    {
        var never = new MemoryObjects { Gate = new TaskCompletionSource().Task };
        string afterKill = Path.Combine(_folder, "after-kill.db");
        await using (FactorialSilo silo = await FactorialSilo.Start(Database, never))
        {
            await silo.Factorial(30).Ask(Somebody);
            await never.Reached;
            Assert.Equal(FactorialStatus.Uploading, (await silo.Factorial(30).View())?.Status);

            // A copy of the files as they are: all that the operating system has of a killed process.
            foreach (string suffix in new[] { "", "-wal" })
            {
                File.Copy(Database + suffix, afterKill + suffix);
            }
        }

        var objects = new MemoryObjects();
        await using FactorialSilo restarted = await FactorialSilo.Start(afterKill, objects);

        // Nobody asks again: the restart itself takes it up.
        await objects.Reached.WaitAsync(Patience);
        FactorialView? view = await restarted.Factorial(30).WhenEnded(Patience);
        FactorialReading? reading = await restarted.Factorial(30).Read();
        Assert.Equal(FactorialStatus.Done, view?.Status);
        Assert.Equal("265252859812191058636308480000000", Encoding.ASCII.GetString(reading!.Digits.Span));
        Assert.Equal(1, objects.Writes);
    }

    [Fact]
    public async Task Wishes_that_come_together_are_one_computation()
    {
        var objects = new MemoryObjects();
        await using FactorialSilo silo = await FactorialSilo.Start(Database, objects);

        FactorialAsked[] asked = await Task.WhenAll(
            Enumerable.Range(0, 1_000).Select(i => silo.Factorial(25).Ask(new CallerKey("", $"caller-{i % 7}"))));

        Assert.Single(asked.Cast<FactorialAsked.Taken>().Select(taken => taken.View.Job).Distinct());
        await silo.Factorial(25).WhenEnded(Patience);
        Assert.Equal(1, objects.Writes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_damaged_or_missing_is_computed_again_once_and_never_handed_out(bool missing)
    {
        var objects = new MemoryObjects();
        await using FactorialSilo silo = await FactorialSilo.Start(Database, objects);
        await silo.Factorial(20).Ask(Somebody);
        await silo.Factorial(20).WhenEnded(Patience);
        if (missing)
        {
            objects.Contents.Clear();
        }
        else
        {
            objects.Contents["factorials/20.txt"][3] ^= 1;
        }

        FactorialReading?[] readings = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => silo.Factorial(20).Read()));
        await silo.Factorial(20).WhenEnded(Patience);
        FactorialReading? mended = await silo.Factorial(20).Read();

        Assert.All(readings, reading => Assert.True(
            reading!.Digits.IsEmpty || Encoding.ASCII.GetString(reading.Digits.Span) == "2432902008176640000"));
        Assert.Equal("2432902008176640000", Encoding.ASCII.GetString(mended!.Digits.Span));
        Assert.Equal(2, objects.Writes);
    }

    [Fact]
    public async Task A_factorial_whose_job_is_cancelled_fails_with_a_reason_and_can_be_asked_for_again()
    {
        var objects = new MemoryObjects();
        await using FactorialSilo silo = await FactorialSilo.Start(Database, objects);
        var blocker = silo.Grains.GetGrain<ICallerGrain>(Somebody.ToString());
        await blocker.Configure(new CallerSettings { RunningMax = 1 });
        var first = (SubmitOutcome.Accepted)await blocker.Submit(
            [new JobRequest { Operation = JobOperation.Factorize, Number = Hard }]);
        var asked = (FactorialAsked.Taken)await silo.Factorial(40).Ask(Somebody);

        await silo.Grains.GetGrain<IJobGrain>(asked.View.Job).Cancel();
        FactorialView? failed = await silo.Factorial(40).WhenEnded(Patience);
        await silo.Grains.GetGrain<IJobGrain>(first.Ids[0]).Cancel();
        await silo.Factorial(40).Ask(Somebody);
        FactorialView? done = await silo.Factorial(40).WhenEnded(Patience);

        Assert.Equal(FactorialStatus.Failed, failed?.Status);
        Assert.Contains("cancelled", failed?.Error, StringComparison.Ordinal);
        Assert.Equal(FactorialStatus.Done, done?.Status);
        Assert.Null(done?.Error);
    }

    [Fact]
    public async Task Who_waits_for_its_end_is_answered_within_five_seconds_so_that_a_silo_that_stops_waits_for_nobody_longer()
    {
        var never = new MemoryObjects { Gate = new TaskCompletionSource().Task };
        await using FactorialSilo silo = await FactorialSilo.Start(Database, never);
        await silo.Factorial(30).Ask(Somebody);
        await never.Reached;
        Task<FactorialView?> ended = silo.Factorial(30).WhenEnded(Patience);
        Task<FactorialView?> changed = silo.Factorial(30).Changed((await silo.Factorial(30).View())!.Version, Patience);

        // Less than they ask for, more than they get.
        TimeSpan late = Patience * 0.75;
        Assert.Equal(FactorialStatus.Uploading, (await ended.WaitAsync(late))?.Status);
        Assert.Equal(FactorialStatus.Uploading, (await changed.WaitAsync(late))?.Status);
    }

    [Fact]
    public async Task An_object_store_that_hangs_while_it_is_read_keeps_no_silo_from_its_end()
    {
        var objects = new MemoryObjects();
        await using FactorialSilo silo = await FactorialSilo.Start(Database, objects);
        await silo.Factorial(20).Ask(Somebody);
        await silo.Factorial(20).WhenEnded(Patience);
        objects.ReadGate = new TaskCompletionSource().Task;
        Task reading = silo.Factorial(20).Read();

        await silo.Stop().WaitAsync(Patience);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    // The product of two primes of 50 digits or so: nothing that ends while a test runs.
    private const string Hard =
        "1522605027922533360535618378132637429718068114961380688657908494580122963258952897654000350692006139";
}
