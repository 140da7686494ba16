using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Storage
{
    /// <summary>
    /// Keeps states in this process, as JSON: what a grain changes in memory is not stored until it writes. A state
    /// must survive System.Text.Json, fields included.
    /// </summary>
    internal sealed class MemoryGrainStorage : IGrainStorage
    {
        private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };
        private readonly ConcurrentDictionary<(string Name, GrainId Id), Record> _records = new();
        private long _versions;

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Record? record = _records.GetValueOrDefault((stateName, grainId));
            grainState.RecordExists = record is not null;
            grainState.ETag = record?.ETag;
            grainState.State = record is null ? default : JsonSerializer.Deserialize<T>(record.Json, Json);
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            string version = Interlocked.Increment(ref _versions).ToString(CultureInfo.InvariantCulture);
            var written = new Record(version, JsonSerializer.SerializeToUtf8Bytes(grainState.State, Json));
            (string, GrainId) key = (stateName, grainId);
            Record? stored = _records.GetValueOrDefault(key);
            Check(stored, grainState);
            if (!(stored is null ? _records.TryAdd(key, written) : _records.TryUpdate(key, written, stored)))
            {
                throw Inconsistent(_records.GetValueOrDefault(key)?.ETag, grainState.ETag);
            }

            grainState.ETag = version;
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            (string, GrainId) key = (stateName, grainId);
            Record? stored = _records.GetValueOrDefault(key);
            Check(stored, grainState);
            if (stored is not null && !_records.TryRemove(KeyValuePair.Create(key, stored)))
            {
                throw Inconsistent(_records.GetValueOrDefault(key)?.ETag, grainState.ETag);
            }

            grainState.ETag = null;
            grainState.RecordExists = false;
            grainState.State = default;
            return Task.CompletedTask;
        }

        private static void Check<T>(Record? stored, IGrainState<T> grainState)
        {
            if (stored?.ETag != grainState.ETag)
            {
                throw Inconsistent(stored?.ETag, grainState.ETag);
            }
        }

        private static InconsistentStateException Inconsistent(string? stored, string? current) =>
            new($"The state was written by another: its ETag is {stored ?? "none"}, not {current ?? "none"}.", stored, current);

        private sealed record Record(string ETag, byte[] Json);
    }
}

namespace Orleans.Hosting
{
    /// <summary>Adds storage that lasts as long as the process.</summary>
    public static class MemoryGrainStorageSiloBuilderExtensions
    {
        public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder) =>
            builder.AddMemoryGrainStorage(PersistentStates.DefaultStorage);

        public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name)
        {
            builder.Services.AddKeyedSingleton<IGrainStorage, MemoryGrainStorage>(name);
            return builder;
        }
    }
}
