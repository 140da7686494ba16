using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Has in memory what changes are decided by: the widgets that they name. The peers that those lose need not be read, for who is
/// somebody's peer exists, has the port, and loses this very connection. Used in the ledger's turns.
/// </summary>
internal sealed class ChangeNeeds(WidgetLoader loader)
{
    /// <summary>
    /// Begins to bring in what the changes need, while others are being decided and synced. Nothing of it is forgotten before the changes
    /// have their end.
    /// </summary>
    /// <returns>Ends when it is here.</returns>
    public Task BringIn(PendingChanges pending)
    {
        ReadOnlySpan<WidgetChange> changes = pending.Changes;
        bool all = true;
        for (int i = 0; i < changes.Length; i++)
        {
            ref NeededEntries needs = ref pending.Needs[i];
            needs.One = Keep(loader.Get(changes[i].Serial), pending.Number);
            all &= needs.One.IsLoaded;
            if (changes[i] is WidgetChange.Connect connect)
            {
                WidgetEntry other = Keep(loader.Get(connect.Peer), pending.Number);
                all &= other.IsLoaded;
                needs.Other = other;
            }
        }

        return all ? Task.CompletedTask : Read(pending);
    }

    private async Task Read(PendingChanges pending)
    {
        await loader.Load();
        foreach (ref NeededEntries needs in pending.Needs.AsSpan())
        {
            if (!needs.One.IsLoaded || needs.Other is { IsLoaded: false })
            {
                throw loader.Failure();
            }
        }
    }

    private static WidgetEntry Keep(WidgetEntry entry, long number)
    {
        entry.NeededBy = Math.Max(entry.NeededBy, number);
        return entry;
    }
}
