using Orleans.Runtime;

namespace Orleans;

/// <summary>
/// The base of grain classes. An instance is made by the engine, used by one turn at a time, and never shared.
/// </summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <exception cref="InvalidOperationException">The object is not being made by the engine.</exception>
    protected Grain()
        : this(Activation.Current ?? throw new InvalidOperationException("Grains are made by the engine: call IGrainFactory.GetGrain."))
    {
    }

    protected Grain(IGrainContext grainContext) => GrainContext = grainContext;

    public IGrainContext GrainContext { get; }

    public GrainReference GrainReference => GrainContext.GrainReference;

    /// <summary>The grain's name, <c>type/key</c>.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    protected IGrainFactory GrainFactory => ((Activation)GrainContext).Silo.Factory;

    /// <summary>The services of this activation; scoped ones live as long as it does.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

#pragma warning disable CA1725 // The two names of the token are those of the other engine.
    /// <inheritdoc/>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
#pragma warning restore CA1725

    /// <summary>
    /// Deactivates this grain once its running calls are done; waiting calls go to its next activation.
    /// </summary>
    protected void DeactivateOnIdle() => ((IGrainBase)this).DeactivateOnIdle();

    /// <summary>
    /// Keeps an idle activation for at least <paramref name="timeSpan"/>; zero or less withdraws that.
    /// </summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => ((Activation)GrainContext).DelayDeactivation(timeSpan);
}
