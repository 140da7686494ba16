namespace Turnstile.Grains.Compute.Scheduling;

/// <summary>
/// The callers of one account, which share the account's part of the time. A part of <see cref="FairShare"/>.
/// </summary>
internal sealed class AccountShare(string name, double quantumSeconds) : Party
{
    public string Name { get; } = name;

    /// <summary>Whose turn it is within the account.</summary>
    public DeficitRound<CallerQueue> Callers { get; } = new(quantumSeconds);

    /// <summary>Slices granted to its callers and not over.</summary>
    public int InFlight { get; set; }

    /// <summary>How many callers the scheduler still remembers; the account is forgotten after the last.</summary>
    public int Remembered { get; set; }
}
