using Orleans.Placement;

namespace Orleans.Concurrency
{
    /// <summary>A call that changes nothing: such calls of one grain may interleave with each other.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ReadOnlyAttribute : Attribute;

    /// <summary>All calls of this grain class may interleave at awaits; still one turn at a time.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ReentrantAttribute : Attribute;

    /// <summary>This call may interleave with any other call of the grain, and any other with it.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;

    /// <summary>The caller does not wait: its task is complete at once, and a fault is only logged.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OneWayAttribute : Attribute;

    /// <summary>Several activations of one grain id share its calls; each is single-threaded.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StatelessWorkerAttribute : PlacementAttribute
    {
        /// <summary>At most one activation per processor.</summary>
        public StatelessWorkerAttribute()
            : this(-1)
        {
        }

        /// <param name="maxLocalWorkers">
        /// The most activations of one grain id; zero or less means one per processor.
        /// </param>
        public StatelessWorkerAttribute(int maxLocalWorkers) =>
            MaxLocalWorkers = maxLocalWorkers > 0 ? maxLocalWorkers : Environment.ProcessorCount;

        internal int MaxLocalWorkers { get; }
    }
}

namespace Orleans.Placement
{
    /// <summary>Where a grain class is activated. In one process there is one place.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public abstract class PlacementAttribute : Attribute;

    /// <summary>Activate where the first call comes from.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class PreferLocalPlacementAttribute : PlacementAttribute;

    /// <summary>Activate anywhere.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class RandomPlacementAttribute : PlacementAttribute;

    /// <summary>Activate where the hash of the id points.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class HashBasedPlacementAttribute : PlacementAttribute;
}
