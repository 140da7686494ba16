namespace Orleans.Core
{
    /// <summary>A state and what is known of its record.</summary>
    public interface IStorage
    {
        string? Etag { get; }

        bool RecordExists { get; }

        Task ClearStateAsync();

        Task WriteStateAsync();

        Task ReadStateAsync();

        Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
    }

    /// <inheritdoc/>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The state in memory; a new one where there is no record.</summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>
    /// A state of a grain, read before it is activated; ask for it in the constructor by <see
    /// cref="PersistentStateAttribute"/>.
    /// </summary>
    public interface IPersistentState<TState> : Core.IStorage<TState>;

    /// <summary>Marks a constructor parameter of type <see cref="IPersistentState{TState}"/>.</summary>
    /// <param name="stateName">Names the state among those of the grain.</param>
    /// <param name="storageName">The storage provider; null for the one named "Default".</param>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        public string StateName { get; } = stateName;

        public string? StorageName { get; } = storageName;
    }
}
