using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Tests.Compute.Scheduling;

internal sealed class RoundParty : Party
{
    /// <summary>CPU seconds it was ever charged.</summary>
    public double Served { get; set; }

    /// <summary>Served by weight 1.</summary>
    public double Part => Served / Weight;
}
