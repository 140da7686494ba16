namespace Orleans.Runtime;

/// <summary>One activation of a grain, as its grain object and its services see it.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    GrainReference GrainReference { get; }

    GrainId GrainId { get; }

    /// <summary>The grain object; null before it is made and after deactivation.</summary>
    object? GrainInstance { get; }

    /// <summary>The services of this activation; scoped ones live as long as it does.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation has ended.</summary>
    Task Deactivated { get; }

    /// <summary>Ends the activation once its running calls are done; may be called from anywhere.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>The activation whose turn is running, for services that grains share.</summary>
public interface IGrainContextAccessor
{
    /// <summary>Null outside a grain's turn.</summary>
    IGrainContext GrainContext { get; }
}
