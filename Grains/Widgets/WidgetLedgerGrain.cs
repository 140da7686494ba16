using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Owns every widget's row: one activation in the cluster decides all changes, in one order. Its turns are the ledger's turns. A
/// crash loses nothing that was answered: the next activation takes the commit log up where this one left it.
/// </summary>
[Reentrant]
[KeepAlive]
internal sealed class WidgetLedgerGrain(
    WidgetStore store,
    CommitLogs logs,
    IOptions<WidgetOptions> options,
    WidgetTelemetry telemetry,
    ILogger<WidgetLedgerGrain> logger) : Grain, IWidgetLedgerGrain
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    // There from the activation on.
    private WidgetLedger _ledger = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _ledger = await WidgetLedger.Open(store, logs, options.Value, telemetry, DeactivateOnIdle, logger, cancellationToken);
        this.RegisterGrainTimer(Sweep, SweepPeriod, SweepPeriod);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // An activation that failed on a damaged log ends, too.
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync();
        }
    }

    public Task Recover(CancellationToken stop) => Task.CompletedTask;

    public Task<WidgetOutcome> Apply(WidgetChange change) => _ledger.Apply(change);

    public Task<ImmutableArray<WidgetOutcome>> ApplyMany(ImmutableArray<WidgetChange> changes) => _ledger.ApplyMany(changes);

    public Task<WidgetView?> View(string serial) => _ledger.View(serial);

    public Task<Page<WidgetView>> List(int limit, string? after) => _ledger.List(limit, after);

    private Task Sweep()
    {
        _ledger.Sweep();
        return Task.CompletedTask;
    }
}
