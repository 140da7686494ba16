using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Has in memory all that changes can touch before they are decided: the widgets that they name and, of those, the peers at the ports they
/// name. Used in the ledger's turns.
/// </summary>
internal sealed class ChangeNeeds(WidgetLoader loader)
{
    private static readonly PortType[] AllPorts = [PortType.P, PortType.R, PortType.Q];

    /// <summary>
    /// Begins to bring in what the changes need, while others are being decided and synced. Nothing of it is forgotten before the changes
    /// have their end.
    /// </summary>
    /// <returns>Ends when it is here, as far as peers do not change meanwhile: see <see cref="AreHere"/>.</returns>
    public Task BringIn(PendingChanges pending) => FindNamed(pending) && AreHere(pending) ? Task.CompletedTask : Read(pending);

    /// <summary>
    /// Whether all is here now, right before it is decided. A peer that a widget comes by amid changes that are decided together is named
    /// by one of them, and so is here as well.
    /// </summary>
    public bool AreHere(PendingChanges pending)
    {
        ReadOnlySpan<WidgetChange> changes = pending.Changes;
        bool all = true;
        for (int i = 0; i < changes.Length; i++)
        {
            ref NeededEntries needs = ref pending.Needs[i];
            switch (changes[i])
            {
                case WidgetChange.Connect connect:
                    all &= FindPeer(needs.One!, connect.Port, pending, ref needs.PeerOfOne);
                    all &= FindPeer(needs.Other!, connect.Port, pending, ref needs.PeerOfOther);
                    break;
                case WidgetChange.Disconnect disconnect:
                    all &= FindPeer(needs.One!, disconnect.Port, pending, ref needs.PeerOfOne);
                    break;
                case WidgetChange.Delete:
                    foreach (PortType port in AllPorts)
                    {
                        all &= FindPeer(needs.One!, port, pending, ref needs.PeerOfOne);
                    }

                    break;
            }
        }

        return all;
    }

    private async Task Read(PendingChanges pending)
    {
        await loader.Load();
        if (!AreNamedLoaded(pending))
        {
            throw loader.Failure();
        }

        if (!AreHere(pending))
        {
            await loader.Load();
            if (!AreHere(pending))
            {
                throw loader.Failure();
            }
        }
    }

    private static bool AreNamedLoaded(PendingChanges pending)
    {
        foreach (ref NeededEntries needs in pending.Needs.AsSpan())
        {
            if (!needs.One!.IsLoaded || needs.Other is { IsLoaded: false })
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>Whether they are all here.</returns>
    private bool FindNamed(PendingChanges pending)
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
                needs.Other = Keep(loader.Get(connect.Peer), pending.Number);
                all &= needs.Other.IsLoaded;
            }
        }

        return all;
    }

    /// <returns>Whether there is no peer, or its entry is here.</returns>
    private bool FindPeer(WidgetEntry widget, PortType port, PendingChanges pending, ref WidgetEntry? found)
    {
        ReadOnlySpan<byte> peer = widget.Widget.Peer(port);
        if (peer.IsEmpty)
        {
            return true;
        }

        if (found is null || found.IsForgotten || !found.Widget.Serial.SequenceEqual(peer))
        {
            found = Keep(loader.Get(peer), pending.Number);
        }

        return found.IsLoaded;
    }

    private static WidgetEntry Keep(WidgetEntry entry, long number)
    {
        entry.NeededBy = Math.Max(entry.NeededBy, number);
        return entry;
    }
}
