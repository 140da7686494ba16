using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Turnstile.Compute;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Silo;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>
/// A silo in this process on a SQLite file of its own, to be stopped, and started again on what it left.
/// </summary>
internal sealed class ComputeHost : IAsyncDisposable
{
    /// <summary>How long a test waits for what must happen before it calls it missing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The setting under which what was left stays unknown to its caller and the lane, to be granted by the test alone.</summary>
    public const string Unreviewed = "--Compute:ReviewSeconds=3600";

    private readonly SqliteHome _home = new();
    private readonly string[] _settings;
    private readonly List<IHost> _hosts = [];
    private Action<IServiceCollection> _configure = _ => { };

    /// <param name="settings">Settings as on the command line: <c>--Compute:Workers=2</c>.</param>
    public ComputeHost(params string[] settings) => _settings = settings;

    public MessageLog Log { get; } = new();

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public Database Database => Services.GetRequiredService<Database>();

    public JobStore Store => Services.GetRequiredService<JobStore>();

    public SqliteHome Home => _home;

    public ComputeThreads Threads => Services.GetRequiredService<ComputeThreads>();

    private IServiceProvider Services => _hosts[^1].Services;

    public static Task<ComputeHost> Started(params string[] settings) => Started(_ => { }, settings);

    public static async Task<ComputeHost> Started(Action<IServiceCollection> configure, params string[] settings)
    {
        var host = new ComputeHost(settings) { _configure = configure };
        await host._home.Create();
        await host.Start(host._home.Configure);
        return host;
    }

    /// <summary>Ends it as an operator does, and starts it again.</summary>
    public async Task Restart()
    {
        await _hosts[^1].StopAsync();
        await Start(_home.Configure);
    }

    /// <summary>Starts another on the files as they are at this moment, which is all that a kill leaves.</summary>
    public Task StartAfterKill() => Start(_home.ConfigureAfterKill);

    /// <summary>Does to the database what somebody does who has it open himself.</summary>
    public Task Script(string sql) => Database.Writes.CreateWriter<None, None>(
        "script", (transaction, _, _) => ((BackendTransaction)transaction).Script(sql)).Write(default);

    public ICallerGrain Caller(string name) => Grains.GetGrain<ICallerGrain>(new CallerKey("", name).ToString());

    public IJobGrain Job(long id) => Grains.GetGrain<IJobGrain>(id);

    /// <summary>Submits one job that must be accepted.</summary>
    public async Task<long> Submit(
        string caller, string number, JobOperation operation = JobOperation.Factorize, int priority = 0, double? timeoutSeconds = null)
    {
        var request = new JobRequest
        {
            Number = number, Operation = operation, Priority = priority, TimeoutSeconds = timeoutSeconds,
        };
        return Assert.Single(await Submit(caller, request));
    }

    public async Task<ImmutableArray<long>> Submit(string caller, params JobRequest[] requests) =>
        Assert.IsType<SubmitOutcome.Accepted>(await Caller(caller).Submit([.. requests])).Ids;

    /// <summary>Stores a job of which neither its caller's grain nor the lane knows, until one of them looks.</summary>
    public async Task<long> Leave(string caller, JobOperation operation = JobOperation.Factorize, string number = "21")
    {
        long id = await Submit("somebody else", "15") + 1_000;
        var key = new CallerKey("", caller);
        await Store.AddCaller(new CallerRow(id, key));
        await Store.AddJobs(
        [
            new JobRow
            {
                Id = id,
                CallerId = id,
                Caller = key,
                Operation = operation,
                Number = number,
                Priority = 0,
                Status = JobStatus.Queued,
                SubmittedAt = TimeProvider.System.GetUtcNow(),
            },
        ]);
        return id;
    }

    /// <summary>The job once it has ended.</summary>
    public Task<JobView> Ended(long id) => Until(id, job => job.Ended);

    /// <summary>The job once it is as wanted.</summary>
    public async Task<JobView> Until(long id, Func<JobView, bool> wanted)
    {
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        JobView? job = await Job(id).View();
        while (job is not null && !wanted(job))
        {
            if (job.Ended || late.IsCancellationRequested)
            {
                Assert.Fail($"Job {id} never came to be as wanted; it is {job}.");
            }

            job = await Job(id).Changed(job.Version, TimeSpan.FromSeconds(5));
        }

        return job ?? throw new InvalidOperationException($"There is no job {id}.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await _home.DisposeAsync();
    }

    private async Task Start(Action<StorageOptions> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddCommandLine([.. _settings]);
        builder.Logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug);
        builder.AddTurnstileSilo();
        var storage = new StorageOptions();
        configure(storage);
        builder.Services.PostConfigure<StorageOptions>(options => options.Path = storage.Path);
        _configure(builder.Services);
        IHost host = builder.Build();
        await host.StartAsync();
        _hosts.Add(host);
    }
}
