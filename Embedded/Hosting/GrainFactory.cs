using System.Collections.Frozen;
using Keys = Orleans.Runtime.GrainIdKeyExtensions;

namespace Orleans.Runtime;

/// <summary>Makes references: which class an interface means, and which generated type refers to it.</summary>
internal sealed class GrainFactory : IClusterClient
{
    private readonly Silo _silo;
    private readonly FrozenDictionary<Type, Entry> _entries;
    private readonly FrozenDictionary<GrainType, GrainClass> _classes;
    private long _observers;

    public GrainFactory(Silo silo, GrainParts parts)
    {
        _silo = silo;
        _classes = parts.Classes.ToFrozenDictionary(pair => pair.Class.GrainType, pair => pair.Class);
        _entries = parts.Interfaces.ToFrozenDictionary(
            pair => pair.Key, pair => new Entry(pair.Value, [.. Implementing(pair.Key)]));

        IEnumerable<GrainClass> Implementing(Type face) =>
            parts.Classes.Where(pair => face.IsAssignableFrom(pair.Type)).Select(pair => pair.Class);
    }

    public IServiceProvider ServiceProvider => _silo.Services;

    public int ClassCount => _classes.Count;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        Get<TGrainInterface>(Keys.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Get<TGrainInterface>(Keys.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        Get<TGrainInterface>(StringKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(
        Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey =>
        Get<TGrainInterface>(Keys.CreateGuidKey(primaryKey, Extension(keyExtension)), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(
        long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey =>
        Get<TGrainInterface>(Keys.CreateIntegerKey(primaryKey, Extension(keyExtension)), grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) =>
        Get(grainInterfaceType, Keys.CreateGuidKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) =>
        Get(grainInterfaceType, Keys.CreateIntegerKey(grainPrimaryKey), null);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        Get(grainInterfaceType, StringKey(grainPrimaryKey), null);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        _classes.TryGetValue(grainId.Type, out GrainClass? grainClass)
            ? (TGrainInterface)(IAddressable)MakeReference(typeof(TGrainInterface), grainId, grainClass)
            : throw new ArgumentException($"There is no grain class of type {grainId.Type}.", nameof(grainId));

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is GrainReference or not TGrainObserverInterface)
        {
            throw new ArgumentException($"{obj.GetType()} is no {typeof(TGrainObserverInterface)}.", nameof(obj));
        }

        GrainClass grainClass = GrainClass.OfObserver(_silo, obj);
        var id = GrainId.Create(grainClass.GrainType, Keys.CreateIntegerKey(Interlocked.Increment(ref _observers)));
        return (TGrainObserverInterface)(IAddressable)MakeReference(typeof(TGrainObserverInterface), id, grainClass);
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference reference)
        {
            throw new ArgumentException("This is not a reference made by CreateObjectReference.", nameof(obj));
        }

        reference.Class.IsEnded = true;
        _silo.Catalog.Find(reference.GrainId)?.Deactivate(
            new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The object reference was deleted."));
    }

    public GrainReference MakeReference(GrainId id, GrainClass grainClass) =>
        new Nameless(new ReferenceParts(id, grainClass));

    public GrainReference MakeReference(Type interfaceType, GrainId id, GrainClass grainClass) =>
        Find(interfaceType).Make(new ReferenceParts(id, grainClass));

    private static IdSpan StringKey(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return IdSpan.Create(key);
    }

    /// <summary>Without one, the key would be that of another grain.</summary>
    private static string Extension(string keyExtension)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(keyExtension);
        return keyExtension;
    }

    private TGrainInterface Get<TGrainInterface>(IdSpan key, string? prefix)
        where TGrainInterface : IGrain => (TGrainInterface)Get(typeof(TGrainInterface), key, prefix);

    private IGrain Get(Type interfaceType, IdSpan key, string? prefix)
    {
        Entry entry = Find(interfaceType);
        GrainClass grainClass = entry.Classes is [var only] && prefix is null
            ? only
            : Choose(interfaceType, entry.Classes, prefix);
        return (IGrain)entry.Make(new ReferenceParts(new GrainId(grainClass.GrainType, key), grainClass));
    }

    private Entry Find(Type interfaceType) => _entries.TryGetValue(interfaceType, out Entry? entry)
        ? entry
        : throw new ArgumentException($"{interfaceType} is no grain interface, or was built without the generator.");

    private static GrainClass Choose(Type interfaceType, GrainClass[] classes, string? prefix)
    {
        GrainClass[] meant = [.. classes.Where(
            candidate => candidate.Name.StartsWith(prefix ?? "", StringComparison.OrdinalIgnoreCase))];
        return meant switch
        {
            [var one] => one,
            [] => throw new ArgumentException($"Could not find an implementation for interface {interfaceType}"),
            _ => throw new ArgumentException(
                $"{interfaceType} is implemented by {string.Join(" and ", meant.Select(c => c.Name))}; give a prefix."),
        };
    }

    private sealed record Entry(Func<ReferenceParts, GrainReference> Make, GrainClass[] Classes);

    /// <summary>A reference that is of no interface yet.</summary>
    private sealed class Nameless(ReferenceParts parts) : GrainReference(parts), IGrain;
}
