using Orleans.Concurrency;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// A widget's address. It keeps nothing of its own: a connection belongs to two widgets, and one order of all changes decides
/// it. Its row is in the ledger's memory while it is in use, and nowhere but in the tables when it is not.
/// </summary>
/// <remarks>
/// Where there is no widget the grain leaves as well: somebody who guesses serial numbers asks for each but once.
/// </remarks>
[Reentrant]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class WidgetGrain(IGrainFactory grains) : Grain, IWidgetGrain
{
    private string Serial => this.GetPrimaryKeyString();

    private IWidgetLedgerGrain Ledger => grains.GetGrain<IWidgetLedgerGrain>(0);

    public async Task<WidgetView?> View()
    {
        WidgetView? view = await Ledger.View(Serial);
        if (view is null)
        {
            DeactivateOnIdle();
        }

        return view;
    }

    public Task<WidgetOutcome> Create(string name, PortSet ports) =>
        Apply(new WidgetChange.Create { Serial = Serial, Name = name, Ports = ports });

    public Task<WidgetOutcome> Delete() => Apply(new WidgetChange.Delete { Serial = Serial });

    public Task<WidgetOutcome> Connect(PortType port, string peer) =>
        Apply(new WidgetChange.Connect { Serial = Serial, Port = port, Peer = peer });

    public Task<WidgetOutcome> Disconnect(PortType port) => Apply(new WidgetChange.Disconnect { Serial = Serial, Port = port });

    private async Task<WidgetOutcome> Apply(WidgetChange change)
    {
        WidgetOutcome outcome = await Ledger.Apply(change);
        if (outcome is WidgetOutcome.Deleted || (outcome is WidgetOutcome.NoWidget none && none.Serial == Serial))
        {
            DeactivateOnIdle();
        }

        return outcome;
    }
}
