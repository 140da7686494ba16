using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>Equal questions are answered by one computation.</summary>
public sealed class SharingTests : IAsyncLifetime
{
    private ComputeHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await ComputeHost.Started("--Compute:Workers=2", "--Compute:RetrySeconds=0.01");

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_known_answer_ends_a_job_at_once_and_costs_nothing()
    {
        JobView first = await _host.Ended(await _host.Submit("one", Numbers.Seconds));
        JobView second = await _host.Ended(await _host.Submit("two", Numbers.Seconds));
        Assert.Equal((JobStatus.Done, 0.0), (second.Status, second.CpuSeconds));
        Assert.Equal(Primes(first), Primes(second));
        Assert.Equal(1, (await _host.Store.FindCaller(new CallerKey("", "two")))!.Done);
    }

    [Fact]
    public async Task Equal_jobs_in_flight_share_one_computation()
    {
        long[] ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => _host.Submit($"caller {i % 3}", Numbers.Seconds)));
        JobView[] jobs = await Task.WhenAll(ids.Select(_host.Ended));
        Assert.All(jobs, job => Assert.Equal(JobStatus.Done, job.Status));
        Assert.Single(jobs, job => job.CpuSeconds > 0);
    }

    [Fact]
    public async Task When_the_one_that_computes_is_cancelled_another_computes()
    {
        long first = await _host.Submit("one", Numbers.Seconds);
        await _host.Until(first, job => job.CpuSeconds > 0);
        long second = await _host.Submit("two", Numbers.Seconds);
        await _host.Job(first).Cancel();
        Assert.Equal(JobStatus.Cancelled, (await _host.Ended(first)).Status);
        JobView job = await _host.Ended(second);
        Assert.Equal(JobStatus.Done, job.Status);
        Assert.InRange(job.CpuSeconds, 1e-3, 600);
    }

    [Fact]
    public async Task When_the_one_that_computes_has_ended_and_nobody_said_so_another_computes()
    {
        long ended = await _host.Submit("one", "15");
        await _host.Ended(ended);
        string question = AnswerKey.Of(JobOperation.Factorize, Numbers.Short)!;
        Assert.False((await _host.Grains.GetGrain<IAnswerGrain>(question).Ask(ended)).Known);
        JobView job = await _host.Ended(await _host.Submit("two", Numbers.Short));
        Assert.Equal(JobStatus.Done, job.Status);
    }

    [Fact]
    public async Task A_job_whose_answer_was_found_by_one_that_is_gone_computes_it()
    {
        long gone = await _host.Submit("one", Numbers.Short);
        await _host.Ended(gone);
        string question = AnswerKey.Of(JobOperation.Factorize, Numbers.Short)!;
        Assert.True((await _host.Grains.GetGrain<IAnswerGrain>(question).Ask(gone)).Known);
        await _host.Script($"DELETE FROM jobs WHERE id = {gone}");
        JobView job = await _host.Ended(await _host.Submit("two", Numbers.Short));
        Assert.Equal(JobStatus.Done, job.Status);
        Assert.InRange(job.CpuSeconds, 1e-9, 60);
    }

    [Fact]
    public async Task A_question_that_one_job_asks_leaves_the_memory_with_its_answer()
    {
        IAnswerGrain question = _host.Grains.GetGrain<IAnswerGrain>("asked once");
        Assert.Equal(new AnswerSource { Job = 1, Known = false }, await question.Ask(1));
        await question.Ended(1, answered: true);

        // Nothing is stored of it.
        Assert.Equal(new AnswerSource { Job = 2, Known = false }, await question.Ask(2));
        await question.Ended(2, answered: false);
    }

    [Fact]
    public async Task Who_computes_is_known_however_long_nobody_asks()
    {
        await using ComputeHost host = await ComputeHost.Started(services => services.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(10);
            options.ClassSpecificCollectionAge[typeof(AnswerGrain).FullName!] = TimeSpan.FromMilliseconds(50);
        }));
        IAnswerGrain asked = host.Grains.GetGrain<IAnswerGrain>("asked");
        IAnswerGrain answered = host.Grains.GetGrain<IAnswerGrain>("answered");
        Assert.Equal(1, (await asked.Ask(1)).Job);
        await answered.Ask(2);
        await answered.Ask(3);
        await answered.Ended(2, answered: true);

        // Of this one nothing is stored, so that it is seen to have been idle for long enough.
        using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
        while ((await answered.Ask(4)).Known)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, late.Token);
        }

        Assert.Equal(1, (await asked.Ask(5)).Job);
    }

    [Fact]
    public async Task A_value_too_large_for_its_result_is_shared_too()
    {
        await _host.Ended(await _host.Submit("one", "300000", JobOperation.Factorial));
        long second = await _host.Submit("two", "300000", JobOperation.Factorial);
        var result = Assert.IsType<FactorialResult>((await _host.Ended(second)).Result);
        Assert.Null(result.Value);
        Assert.Equal(result.Digits, (await _host.Job(second).ReadValue(0, 10_000_000))!.Value.Length);
    }

    [Theory]
    [InlineData(JobOperation.Factorize, 29, false)]
    [InlineData(JobOperation.Factorize, 30, true)]
    [InlineData(JobOperation.Factorial, 3, false)]
    [InlineData(JobOperation.NextPrime, 10_000, true)]
    public void Only_answers_that_may_have_cost_something_are_kept(JobOperation operation, int digits, bool kept)
    {
        string? key = AnswerKey.Of(operation, new string('7', digits));
        Assert.Equal(kept, key is not null);
        Assert.InRange(key?.Length ?? 0, 0, 110);
    }

    private static IEnumerable<string> Primes(JobView job) =>
        Assert.IsType<FactorizeResult>(job.Result).Factors.Select(factor => factor.Prime);
}
