using System.ComponentModel.DataAnnotations;

namespace Turnstile.Api.Health;

/// <summary>How the service stops; section <c>Drain</c> of the configuration.</summary>
internal sealed class DrainOptions
{
    public const string Section = "Drain";

    /// <summary>
    /// Seconds from the signal to stop until calls are refused, 0…300. Meanwhile <c>/health/ready</c> says no and everything
    /// else is answered: what a load balancer needs to notice. 0 for a machine that has none.
    /// </summary>
    [Range(0, 300)]
    public double NoticeSeconds { get; set; }

    /// <summary>
    /// Seconds after that during which calls are still answered, with 503, before the port closes, 0…300.
    /// </summary>
    [Range(0, 300)]
    public double RefuseSeconds { get; set; }
}
