namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// Whose turn it is among the parties that wait, by the CPU time each has had. Deficit round robin (Shreedhar and Varghese,
/// "Efficient fair queuing using deficit round-robin", 1996) with the two lists of FlowQueue-CoDel (Høiland-Jørgensen et al.,
/// RFC 8290, 2018): who begins to wait is served before those who have been waiting, until it has had one quantum.
/// </summary>
/// <remarks>
/// A round is over when each waiting party has been given one quantum times its weight. Who stops waiting takes neither
/// credit nor freedom from debt with it: within the same round it continues where it was, and a debt is paid off
/// by the rounds it sits out.
/// </remarks>
/// <param name="quantumSeconds">CPU seconds a party of weight 1 is given in a round.</param>
internal sealed class DeficitRound<TParty>(double quantumSeconds)
    where TParty : Party
{
    // A cost far above the quantum is caught up by whole rounds at once; after so many single visits it is worth counting.
    private const int VisitsBeforeCatchUp = 8;

    private readonly PartyList _fresh = new();
    private readonly PartyList _waiting = new();
    private Party? _marker;
    private long _round;

    /// <summary>How many parties wait.</summary>
    public int Count { get; private set; }

    /// <summary>The party begins to wait.</summary>
    public void Join(TParty party)
    {
        if (party.Active)
        {
            return;
        }

        Count++;
        if (party.LeftRound != _round)
        {
            party.Deficit = DeficitNow(party);
            if (party.Deficit >= 0)
            {
                party.Deficit = Quantum(party);
            }
        }

        (party.Deficit > 0 ? _fresh : _waiting).Append(party);
    }

    /// <summary>The party has nothing more to be served.</summary>
    public void Leave(TParty party)
    {
        if (!party.Active)
        {
            return;
        }

        Count--;
        if (ReferenceEquals(party, _marker))
        {
            // The round ends with the next in line instead.
            _marker = party.Next ?? _waiting.Head;
            _marker = ReferenceEquals(_marker, party) ? null : _marker;
        }

        party.List!.Remove(party);
        party.LeftRound = _round;
    }

    /// <summary>The party whose turn it is; it stays first until it is charged beyond its deficit or leaves.</summary>
    public TParty? Peek()
    {
        int visits = 0;
        while ((_fresh.Head ?? _waiting.Head) is { } head)
        {
            if (head.Deficit > 0)
            {
                return (TParty)head;
            }

            if (++visits > Count + VisitsBeforeCatchUp)
            {
                CatchUp();
                visits = 0;
            }

            Visit(head);
        }

        return null;
    }

    /// <summary>True once the party waits no more and the rounds since have paid off what it owed: it may be forgotten.</summary>
    public bool IsSettled(TParty party) => !party.Active && party.LeftRound != _round && DeficitNow(party) >= 0;

    /// <summary>Nobody waits and nothing runs: nobody was kept waiting by what others had, and all debts are void.</summary>
    public void Forgive() => _round += 1L << 32;

    private double Quantum(Party party) => quantumSeconds * party.Weight;

    private double DeficitNow(TParty party)
    {
        if (party.LeftRound == long.MinValue)
        {
            return 0;
        }

        // Credit is never carried over a round, and rounds sat out pay a debt but earn nothing.
        double owed = Math.Min(0, party.Deficit);
        return Math.Min(0, owed + ((_round - party.LeftRound) * Quantum(party)));
    }

    private void Visit(Party head)
    {
        head.Deficit += Quantum(head);
        if (_marker is null || ReferenceEquals(head, _marker))
        {
            _round++;
            _marker = head;
        }

        head.List!.Remove(head);
        _waiting.Append(head);
    }

    /// <summary>Gives everybody as many quanta as the first to come out of debt needs, less the one that the visit gives.</summary>
    private void CatchUp()
    {
        double rounds = double.MaxValue;
        for (Party? party = _waiting.Head; party is not null; party = party.Next)
        {
            rounds = Math.Min(rounds, Math.Floor(-party.Deficit / Quantum(party)));
        }

        for (Party? party = _waiting.Head; party is not null; party = party.Next)
        {
            party.Deficit += rounds * Quantum(party);
        }

        _round += (long)rounds;
    }
}
