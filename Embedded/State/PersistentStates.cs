using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>A state that is read before its grain is activated.</summary>
internal interface IStateFacet
{
    Task ReadStateAsync();
}

/// <summary>Makes state facets.</summary>
internal static class PersistentStates
{
    /// <summary>The name of the storage provider of facets that name none.</summary>
    public const string DefaultStorage = "Default";

    public static Func<Activation, object> Factory(Type parameterType, PersistentStateAttribute attribute)
    {
        if (!parameterType.IsConstructedGenericType || parameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException($"[PersistentState] stands on a parameter of type {parameterType}, not IPersistentState.");
        }

        Type type = typeof(PersistentState<>).MakeGenericType(parameterType.GenericTypeArguments);
        ConstructorInvoker invoker = ConstructorInvoker.Create(type.GetConstructors()[0]);
        string storageName = attribute.StorageName ?? DefaultStorage;
        return activation =>
        {
            IGrainStorage storage = activation.Silo.Services.GetKeyedService<IGrainStorage>(storageName)
                ?? throw new OrleansConfigurationException($"There is no storage provider named '{storageName}'.");
            object state = invoker.Invoke(attribute.StateName, activation.GrainId, storage);
            activation.AddState((IStateFacet)state);
            return state;
        };
    }
}

/// <inheritdoc cref="IPersistentState{TState}"/>
internal sealed class PersistentState<TState>(string name, GrainId grainId, IGrainStorage storage) : IPersistentState<TState>, IStateFacet
{
    private readonly GrainState<TState> _record = new(Activator.CreateInstance<TState>());

    public TState State
    {
        get => _record.State!;
        set => _record.State = value;
    }

    public string? Etag => _record.ETag;

    public bool RecordExists => _record.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        await Try("read", () => storage.ReadStateAsync(name, grainId, _record, cancellationToken));
        RenewIfMissing();
    }

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task WriteStateAsync(CancellationToken cancellationToken) =>
        Try("write", () => storage.WriteStateAsync(name, grainId, _record, cancellationToken));

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await Try("clear", () => storage.ClearStateAsync(name, grainId, _record, cancellationToken));
        RenewIfMissing();
    }

    /// <summary>
    /// A fault of the storage that is none of the engine's own comes wrapped in one, with the grain named.
    /// </summary>
    private async Task Try(string operation, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (Exception fault) when (fault is not OrleansException)
        {
            throw new OrleansException(
                $"{storage.GetType().Name} could not {operation} state '{name}' of grain {grainId}: {fault.Message}", fault);
        }
    }

    private void RenewIfMissing()
    {
        if (!_record.RecordExists || _record.State is null)
        {
            _record.State = Activator.CreateInstance<TState>();
        }
    }
}
