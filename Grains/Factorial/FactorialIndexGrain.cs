using System.Collections.Immutable;
using Orleans.Concurrency;
using Turnstile.Factorial;

namespace Turnstile.Grains.Factorial;

/// <summary>Reads lists across numbers from the store; as many of it run at once as are asked.</summary>
[StatelessWorker]
[Reentrant]
internal sealed class FactorialIndexGrain(FactorialStore store) : Grain, IFactorialIndexGrain
{
    public async Task<Page<FactorialView>> List(FactorialStatus? status, int limit, int? after)
    {
        List<FactorialRow> rows = await store.Page(status, after ?? -1, limit + 1);
        return Pages.Of(rows, limit, row => row.ToView(), row => row.Number.ToString());
    }

    public Task Count(ImmutableArray<FactorialCount> counts) => store.Count(counts);

    public async Task<FactorialStats> Stats(int mostAsked)
    {
        List<StatusTotals> totals = await store.Totals();
        var numbers = new long[(int)FactorialStatus.Failed + 1];
        foreach (StatusTotals total in totals)
        {
            numbers[(int)total.Status] = total.Numbers;
        }

        return new FactorialStats
        {
            Numbers = [.. numbers],
            Requests = totals.Sum(total => total.Requests),
            Reads = totals.Sum(total => total.Reads),
            Hits = totals.Sum(total => total.Hits),
            MostAsked = [.. await store.MostAsked(mostAsked)],
            Times = [.. await store.Times()],
        };
    }
}
