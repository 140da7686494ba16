using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Whatever can be called through a grain reference.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>
    /// The base of every grain interface; a grain interface derives from one of the keyed ones below.
    /// </summary>
    public interface IGrain : IAddressable;

    /// <summary>Grains of this interface are named by a GUID.</summary>
    public interface IGrainWithGuidKey : IGrain;

    /// <summary>Grains of this interface are named by a 64-bit integer.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>Grains of this interface are named by a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>Grains of this interface are named by a GUID and a string.</summary>
    public interface IGrainWithGuidCompoundKey : IGrain;

    /// <summary>Grains of this interface are named by a 64-bit integer and a string.</summary>
    public interface IGrainWithIntegerCompoundKey : IGrain;

    /// <summary>
    /// The base of interfaces whose implementation is an ordinary object that asked to be called back; see
    /// <see cref="IGrainFactory.CreateObjectReference{TGrainObserverInterface}"/>.
    /// </summary>
    public interface IGrainObserver : IAddressable;

    /// <summary>What the engine needs of a grain class; <see cref="Grain"/> has it all.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        /// <summary>
        /// Runs before the first call; a fault fails the calls that wait, and the next call tries again. Where the grain is
        /// asked to end meanwhile, by itself or by a silo that stops, the token fires and it is not waited for: the calls go
        /// to the next activation, and this one is disposed of without a deactivation.
        /// </summary>
        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        /// <summary>Runs after the last call; the next activation of the same grain starts after it.</summary>
        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }
}
