using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;

namespace Turnstile.Grains.Storage;

/// <summary>
/// Keeps <c>[PersistentState]</c> in the database, as JSON. A write that names an outdated version changes nothing and
/// throws <see cref="InconsistentStateException"/>, which ends the activation that had it.
/// </summary>
public sealed class DatabaseGrainStorage(GrainStateStore store) : IGrainStorage
{
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        StoredState? stored = await store.Read(grainId.ToString(), stateName);
        grainState.State = stored is null
            ? Activator.CreateInstance<T>()
            : JsonSerializer.Deserialize<T>(stored.Json, Json)!;
        grainState.ETag = Etag(stored?.Version)!;
        grainState.RecordExists = stored is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string json = JsonSerializer.Serialize(grainState.State, Json);
        if (await store.Write(grainId.ToString(), stateName, json, Version(grainState.ETag)) is not { } version)
            throw await Inconsistent(stateName, grainId, grainState.ETag);

        grainState.ETag = Etag(version)!;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        long version = Version(grainState.ETag);
        bool cleared = version == 0
            ? await store.Read(grainId.ToString(), stateName) is null
            : await store.Clear(grainId.ToString(), stateName, version);
        if (!cleared)
            throw await Inconsistent(stateName, grainId, grainState.ETag);

        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null!;
        grainState.RecordExists = false;
    }

    private static long Version(string? etag) => etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);

    private static string? Etag(long? version) => version?.ToString(CultureInfo.InvariantCulture);

    private async Task<InconsistentStateException> Inconsistent(string stateName, GrainId grainId, string? expected)
    {
        string? stored = Etag((await store.Read(grainId.ToString(), stateName))?.Version);
        return new InconsistentStateException(
            $"State {stateName} of {grainId} has version {stored ?? "none"}; the grain had {expected ?? "none"}.",
            stored,
            expected);
    }
}

/// <summary>Puts grain states into the database.</summary>
public static class DatabaseGrainStorageRegistration
{
    /// <summary>Makes the database the storage of every <c>[PersistentState]</c> that names no other.</summary>
    public static IServiceCollection AddDatabaseGrainStorage(this IServiceCollection services)
    {
        services.TryAddSingleton<GrainStateStore>();
        services.TryAddSingleton<DatabaseGrainStorage>();
        services.AddKeyedSingleton<IGrainStorage>(
            "Default", (provider, _) => provider.GetRequiredService<DatabaseGrainStorage>());
        services.AddSingleton<IGrainStorage>(provider => provider.GetRequiredService<DatabaseGrainStorage>());
        return services;
    }
}
