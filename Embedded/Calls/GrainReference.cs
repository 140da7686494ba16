using System.ComponentModel;

namespace Orleans.Runtime;

/// <summary>What a generated reference is made of.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ReferenceParts
{
    internal readonly GrainId Id;
    internal readonly GrainClass Class;

    internal ReferenceParts(GrainId id, GrainClass grainClass)
    {
        Id = id;
        Class = grainClass;
    }
}

/// <summary>The base of the generated references. Two references are equal when they name the same grain.</summary>
public abstract class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly GrainClass _class;

    /// <summary>The activation of the last call, to spare the look-up; ignored once it has ended.</summary>
    private Activation? _last;

    protected GrainReference(ReferenceParts parts)
    {
        GrainId = parts.Id;
        _class = parts.Class;
    }

    public GrainId GrainId { get; }

    internal GrainClass Class => _class;

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}";

    internal GrainReference As(Type interfaceType) =>
        interfaceType.IsInstanceOfType(this) ? this : _class.Silo.Factory.MakeReference(interfaceType, GrainId, _class);

    /// <summary>The activation to give a call to: the one of the last call, or a look-up.</summary>
    internal Activation FindTarget()
    {
        Activation? last = _last;
        if (last is not null && !last.IsClosed)
        {
            return last;
        }

        Activation found = _class.Silo.Catalog.GetOrAdd(GrainId, _class);
        if (!_class.IsStatelessWorker)
        {
            _last = found;
        }

        return found;
    }

    protected Task<TResult> Call<TResult>(Request<TResult> request)
    {
        Task<TResult> task = request.Task;
        _class.Silo.Send(this, request);
        return task;
    }

    protected Task Call(VoidRequest request)
    {
        Task task = request.Task;
        _class.Silo.Send(this, request);
        return task;
    }

    /// <summary>A call whose caller does not wait.</summary>
    protected Task CallOneWay(Request request) => _class.Silo.SendOneWay(this, request);
}
