using System.Reflection;
using Orleans.Concurrency;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>What one silo knows of a grain class.</summary>
internal sealed class GrainClass
{
    private readonly Func<Activation, object> _create;

    private GrainClass(Silo silo, string name, GrainType grainType, Func<Activation, object> create)
    {
        Silo = silo;
        Name = name;
        GrainType = grainType;
        _create = create;
    }

    public Silo Silo { get; }

    /// <summary>The full name of the class.</summary>
    public string Name { get; }

    public GrainType GrainType { get; }

    public bool IsReentrant { get; private init; }

    /// <summary>The most activations of one id; 1 unless a stateless worker.</summary>
    public int ActivationsMax { get; private init; } = 1;

    public bool IsStatelessWorker { get; private init; }

    /// <summary>Infinite where activations are never collected.</summary>
    public TimeSpan CollectionAge { get; private init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The most calls that may run and wait at an activation; 0 for no limit.</summary>
    public int RequestsMax { get; private init; }

    /// <summary>Set when an object is no longer to be called back.</summary>
    public bool IsEnded { get; set; }

    public bool OverridesActivate { get; private init; }

    public bool OverridesDeactivate { get; private init; }

    public static GrainClass Of(Silo silo, Type type, ServiceLifetimes lifetimes)
    {
        StatelessWorkerAttribute? worker = type.GetCustomAttribute<StatelessWorkerAttribute>();
        SiloMessagingOptions messaging = silo.Messaging;
        return new GrainClass(silo, type.FullName!, TypeNameOf(type), GrainActivator.For(type, lifetimes))
        {
            IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true),
            IsStatelessWorker = worker is not null,
            ActivationsMax = worker?.MaxLocalWorkers ?? 1,
            CollectionAge = AgeOf(type, silo.Collection),
            RequestsMax = worker is null
                ? messaging.MaxEnqueuedRequestsHardLimit
                : messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker,
            OverridesActivate = Overrides(type, nameof(Grain.OnActivateAsync)),
            OverridesDeactivate = Overrides(type, nameof(Grain.OnDeactivateAsync)),
        };
    }

    /// <summary>The class of one object that is called back.</summary>
    public static GrainClass OfObserver(Silo silo, IGrainObserver observer) =>
        new(silo, observer.GetType().FullName!, GrainType.Create("sys.client"), _ => observer);

    public object CreateInstance(Activation activation) => _create(activation);

    private static GrainType TypeNameOf(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } named)
        {
            return GrainType.Create(named.GrainType);
        }

        string name = type.Name.ToLowerInvariant();
        bool hasSuffix = name.EndsWith("grain", StringComparison.Ordinal) && name.Length > "grain".Length;
        return GrainType.Create(hasSuffix ? name[..^"grain".Length] : name);
    }

    private static TimeSpan AgeOf(Type type, GrainCollectionOptions options)
    {
        CollectionAgeLimitAttribute? limit = type.GetCustomAttribute<CollectionAgeLimitAttribute>();
        if (limit is { AlwaysActive: true } || type.IsDefined(typeof(KeepAliveAttribute), inherit: true))
        {
            return Timeout.InfiniteTimeSpan;
        }

        return options.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out TimeSpan configured)
            ? configured
            : limit?.AgeLimit ?? options.CollectionAge;
    }

    private static bool Overrides(Type type, string method)
    {
        if (!typeof(Grain).IsAssignableFrom(type))
        {
            return true;
        }

        return type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Any(candidate => candidate.Name == method && candidate.DeclaringType != typeof(Grain)
                && candidate.GetBaseDefinition().DeclaringType == typeof(Grain));
    }
}
