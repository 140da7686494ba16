namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// Whose turn it is among the parties that wait, by the CPU time each has had. Deficit round robin (Shreedhar and Varghese,
/// "Efficient fair queuing using deficit round-robin", 1996) with the two lists of FlowQueue-CoDel (Høiland-Jørgensen et al.,
/// RFC 8290, 2018): who begins to wait is served before those who have been waiting, until it has had one quantum.
/// </summary>
/// <remarks>
/// In each round a party is given one quantum times its weight, once, however often it comes and goes. Who stops waiting takes
/// neither credit nor freedom from debt with it: what is left of a quantum is good for the same round only, and a debt is
/// paid off by the quanta of the rounds it sits out.
/// </remarks>
/// <param name="quantumSeconds">CPU seconds a party of weight 1 is given in a round.</param>
internal sealed class DeficitRound<TParty>(double quantumSeconds)
    where TParty : Party
{
    // Newcomers may use so many quanta before one of those that wait has a turn between them: a stream of newcomers
    // without end delays everybody else, but it does not starve them.
    private const int NewcomersQuanta = 64;

    // A cost far above the quantum is caught up by whole rounds at once; after so many single visits it is worth
    // counting.
    private const int VisitsBeforeCatchUp = 8;

    private readonly PartyList _fresh = new();

    // In the order of their turns: first those not yet given this round's quantum, behind them those that were.
    private readonly PartyList _waiting = new();

    // The one of those that wait that is being served.
    private Party? _turn;
    private long _round;
    private long _forgivenBefore;
    private double _freshSeconds;

    /// <summary>How many parties wait.</summary>
    public int Count { get; private set; }

    /// <summary>The weights of all that wait.</summary>
    public double WeightWaiting { get; private set; }

    /// <summary>The part of a party among those that wait, 0…1, if it waited too.</summary>
    public double PartOf(TParty party) => party.Weight / (WeightWaiting + (party.Active ? 0 : party.Weight));

    /// <summary>Takes effect with the next quantum that the party is given.</summary>
    public void SetWeight(TParty party, double weight)
    {
        WeightWaiting += party.Active ? weight - party.Weight : 0;
        party.Weight = weight;
    }

    /// <summary>The party begins to wait.</summary>
    public void Join(TParty party)
    {
        if (party.Active)
        {
            return;
        }

        Count++;
        WeightWaiting += party.Weight;
        bool passedOver = party.LeftRound == _round && party.GivenRound < _round;
        GiveMissed(party);

        // Who left the line before its turn in this round comes back to its end.
        (party.Deficit > 0 && !passedOver ? _fresh : _waiting).Append(party);
    }

    /// <summary>The party has nothing more to be served.</summary>
    public void Leave(TParty party)
    {
        if (!party.Active)
        {
            return;
        }

        Count--;

        // A sum of many numbers drifts; that of none is exactly zero.
        WeightWaiting = Count == 0 ? 0 : WeightWaiting - party.Weight;
        _turn = party == _turn ? null : _turn;
        party.List!.Remove(party);
        party.LeftRound = _round;
    }

    /// <summary>The party whose turn it is; it stays first until it is charged beyond its deficit or leaves.</summary>
    public TParty? Peek()
    {
        int visits = 0;
        while (Next() is { } head)
        {
            if (head.Deficit > 0)
            {
                _turn = head.List == _waiting ? head : _turn;
                return (TParty)head;
            }

            if (head.List == _waiting && ++visits > Count + VisitsBeforeCatchUp)
            {
                CatchUp();
                visits = 0;
            }

            Visit(head);
        }

        return null;
    }

    /// <summary>The party, which waits, has no use for what is left of its quantum of this round: it is the others' turn.</summary>
    public void Pass(TParty party)
    {
        if (party.GivenRound < _round)
        {
            party.Deficit += Quantum(party);
            party.GivenRound = _round;
        }

        party.Deficit = Owed(party);
        _turn = party == _turn ? null : _turn;
        _freshSeconds = party.List == _fresh ? _freshSeconds : 0;
        ToEnd(party);
    }

    /// <summary>The party, waiting or not, has used so much, or has used so much less than it was charged.</summary>
    public void Charge(TParty party, double seconds)
    {
        party.Deficit -= seconds;
        if (party.List == _fresh)
        {
            _freshSeconds += seconds;
        }
        else if (party.Active)
        {
            _freshSeconds = 0;
        }
    }

    /// <summary>
    /// True once the party, not waiting, has no more and no less than one that comes for the first time: it may be
    /// forgotten.
    /// </summary>
    public bool IsSettled(TParty party) =>
        !party.Active && (IsForgiven(party) || Owed(party) + Missed(party) >= Quantum(party));

    /// <summary>
    /// Nobody waits and nothing runs: nobody was kept waiting by what others had, and all debts are void.
    /// </summary>
    public void Forgive()
    {
        _forgivenBefore = ++_round;
        _freshSeconds = 0;
    }

    private static double Owed(Party party) => Math.Min(0, party.Deficit);

    private double Quantum(Party party) => quantumSeconds * party.Weight;

    private double Missed(Party party) => (_round - party.GivenRound) * Quantum(party);

    private bool IsForgiven(Party party) => party.GivenRound < _forgivenBefore;

    private Party? Next() => _freshSeconds < NewcomersQuanta * quantumSeconds
        ? _fresh.Head ?? _waiting.Head
        : _waiting.Head ?? _fresh.Head;

    /// <summary>The quanta since the last one given: they pay debts, and at most the last one is left.</summary>
    private void GiveMissed(Party party)
    {
        if (IsForgiven(party))
        {
            party.Deficit = Quantum(party);
        }
        else if (party.GivenRound < _round)
        {
            party.Deficit = Math.Min(Quantum(party), Owed(party) + Missed(party));
        }

        party.GivenRound = _round;
    }

    /// <summary>
    /// The first in line has nothing left: its turn is over, or its quantum is due, or everybody has had theirs.
    /// </summary>
    private void Visit(Party head)
    {
        if (head.List == _fresh)
        {
            GiveMissed(head);
            ToEnd(head);
        }
        else if (head.GivenRound < _round)
        {
            head.Deficit += Quantum(head);
            head.GivenRound = _round;
            if (head.Deficit <= 0)
            {
                ToEnd(head);
            }
        }
        else if (head == _turn)
        {
            ToEnd(head);
            _turn = null;
        }
        else
        {
            _round++;
        }
    }

    private void ToEnd(Party party)
    {
        party.List!.Remove(party);
        _waiting.Append(party);
    }

    /// <summary>
    /// Gives everybody in line as many quanta as the first to come out of debt needs, less the one that the visit
    /// gives.
    /// </summary>
    private void CatchUp()
    {
        double least = double.MaxValue;
        for (Party? party = _waiting.Head; party is not null; party = party.Next)
        {
            least = Math.Min(least, Math.Floor(-party.Deficit / Quantum(party)));
        }

        var rounds = (long)Math.Max(0, least);
        for (Party? party = _waiting.Head; party is not null; party = party.Next)
        {
            party.Deficit += rounds * Quantum(party);
            party.GivenRound += rounds;
        }

        _round += rounds;
    }
}
