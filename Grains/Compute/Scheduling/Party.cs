namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// Somebody with a claim to a part of the compute time: an account among accounts, a caller within its account.
/// </summary>
/// <remarks>The links and the deficit are written by the one <see cref="DeficitRound{TParty}"/> it belongs to.</remarks>
internal abstract class Party
{
    /// <summary>Its part against parties of weight 1; see <see cref="DeficitRound{TParty}.SetWeight"/>.</summary>
    public double Weight { get; internal set; } = 1;

    /// <summary>CPU seconds it may still use this round; below zero it has used more than its part.</summary>
    public double Deficit { get; set; }

    /// <summary>True while it waits for service.</summary>
    public bool Active => List is not null;

    internal PartyList? List { get; set; }

    internal Party? Previous { get; set; }

    internal Party? Next { get; set; }

    /// <summary>The round whose quantum it was last given.</summary>
    internal long GivenRound { get; set; } = -1;

    /// <summary>The round in which it last stopped waiting.</summary>
    internal long LeftRound { get; set; } = -1;
}

/// <summary>
/// A list of parties linked through themselves: joining, leaving and moving cost the same however long it is.
/// </summary>
internal sealed class PartyList
{
    public Party? Head { get; private set; }

    public Party? Tail { get; private set; }

    public void Append(Party party)
    {
        party.List = this;
        party.Previous = Tail;
        party.Next = null;
        if (Tail is null)
        {
            Head = party;
        }
        else
        {
            Tail.Next = party;
        }

        Tail = party;
    }

    public void Remove(Party party)
    {
        if (party.Previous is null)
        {
            Head = party.Next;
        }
        else
        {
            party.Previous.Next = party.Next;
        }

        if (party.Next is null)
        {
            Tail = party.Previous;
        }
        else
        {
            party.Next.Previous = party.Previous;
        }

        party.List = null;
        party.Previous = null;
        party.Next = null;
    }
}
