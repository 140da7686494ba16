using Orleans.Runtime;

namespace Orleans
{
    /// <summary>The state of one grain as a storage sees it.</summary>
    public interface IGrainState<T>
    {
        T? State { get; set; }

        /// <summary>The version that was read or written last; null where there is no record.</summary>
        string? ETag { get; set; }

        bool RecordExists { get; set; }
    }

    /// <inheritdoc/>
    public sealed class GrainState<T> : IGrainState<T>
    {
        public GrainState()
        {
        }

        public GrainState(T? state)
            : this(state, null)
        {
        }

        public GrainState(T? state, string? eTag)
        {
            State = state;
            ETag = eTag;
        }

        public T? State { get; set; }

        public string? ETag { get; set; }

        public bool RecordExists { get; set; }
    }
}

namespace Orleans.Storage
{
    /// <summary>
    /// Keeps the states of grains. A provider is registered as a keyed service under its name. A write or clear whose
    /// ETag is not the stored one changes nothing and throws <see cref="InconsistentStateException"/>.
    /// </summary>
    public interface IGrainStorage
    {
        /// <summary>
        /// Fills <paramref name="grainState"/>; where there is no record, RecordExists is false and ETag null.
        /// </summary>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <inheritdoc cref="ReadStateAsync{T}(string, GrainId, IGrainState{T})"/>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            ReadStateAsync(stateName, grainId, grainState);

        /// <summary>Writes the state and sets the new ETag.</summary>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <inheritdoc cref="WriteStateAsync{T}(string, GrainId, IGrainState{T})"/>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            WriteStateAsync(stateName, grainId, grainState);

        /// <summary>Deletes the record.</summary>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <inheritdoc cref="ClearStateAsync{T}(string, GrainId, IGrainState{T})"/>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
            ClearStateAsync(stateName, grainId, grainState);
    }
}
