namespace Orleans.Configuration;

/// <summary>How calls are run.</summary>
public abstract class MessagingOptions
{
    /// <summary>
    /// How long a caller waits for its answer before the call fails with <see cref="TimeoutException"/>; 30 seconds by
    /// default, at least 1 ms. It fails up to one second (or a quarter of a shorter timeout) later than that, never
    /// earlier.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <inheritdoc/>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>
    /// The most calls that may run and wait at one activation; further ones fail with
    /// <see cref="Runtime.LimitExceededException"/>. 0, the default, is no limit.
    /// </summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }

    /// <summary><see cref="MaxEnqueuedRequestsHardLimit"/> for the activations of stateless workers.</summary>
#pragma warning disable CA1707 // The name is that of the other engine's option.
    public int MaxEnqueuedRequestsHardLimit_StatelessWorker { get; set; }
#pragma warning restore CA1707
}

/// <summary>When activations end.</summary>
public class GrainCollectionOptions
{
    /// <summary>How often idle activations are looked for; a minute by default.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an activation may be idle; 15 minutes by default.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary><see cref="CollectionAge"/> by the full name of the grain class.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>How long OnActivateAsync has before its token is cancelled; 30 seconds by default.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long OnDeactivateAsync has before its token is cancelled; 30 seconds by default.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
