using Orleans.Concurrency;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// A widget's address. It keeps nothing of its own: a connection belongs to two widgets, and one order of all changes decides
/// it. Its row is in the ledger's memory while it is in use, and nowhere but in the tables when it is not.
/// </summary>
[Reentrant]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class WidgetGrain : Grain, IWidgetGrain
{
    private string Serial => this.GetPrimaryKeyString();

    private IWidgetLedgerGrain Ledger => GrainFactory.GetGrain<IWidgetLedgerGrain>(0);

    public Task<WidgetView?> View() => Ledger.View(Serial);

    public Task<WidgetOutcome> Create(string name, PortSet ports) =>
        Ledger.Apply(new WidgetChange.Create { Serial = Serial, Name = name, Ports = ports });

    public Task<WidgetOutcome> Delete() => Ledger.Apply(new WidgetChange.Delete { Serial = Serial });

    public Task<WidgetOutcome> Connect(PortType port, string peer) =>
        Ledger.Apply(new WidgetChange.Connect { Serial = Serial, Port = port, Peer = peer });

    public Task<WidgetOutcome> Disconnect(PortType port) =>
        Ledger.Apply(new WidgetChange.Disconnect { Serial = Serial, Port = port });
}
