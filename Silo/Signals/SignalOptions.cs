using System.ComponentModel.DataAnnotations;

namespace Turnstile.Silo.Signals;

/// <summary>The limits of what the service tells about itself; section <c>Signals</c> of the configuration.</summary>
internal sealed class SignalOptions
{
    public const string Section = "Signals";

    /// <summary>
    /// Label sets that one instrument may have, 1…100,000; what comes beyond them is added up under
    /// <c>otel_metric_overflow</c>.
    /// </summary>
    [Range(1, 100_000)]
    public int SeriesMax { get; set; } = 2_000;
}
