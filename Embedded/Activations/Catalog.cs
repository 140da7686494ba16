using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>The activations of a silo by grain id. At most one of an id, save for stateless workers.</summary>
internal sealed class Catalog
{
    private readonly ConcurrentDictionary<GrainId, Activation> _single = new();
    private readonly ConcurrentDictionary<GrainId, WorkerSet> _workers = new();

    public bool IsEmpty => _single.IsEmpty && _workers.Values.All(set => set.Members.Length == 0);

    public IEnumerable<Activation> All =>
        _single.Select(pair => pair.Value).Concat(_workers.Values.SelectMany(set => set.Members));

    public Activation GetOrAdd(GrainId id, GrainClass grainClass)
    {
        if (grainClass.IsStatelessWorker)
        {
            return _workers.GetOrAdd(id, static _ => new WorkerSet()).Pick(id, grainClass);
        }

        return _single.TryGetValue(id, out Activation? found)
            ? found
            : _single.GetOrAdd(id, static (id, grainClass) => new Activation(grainClass, id), grainClass);
    }

    public Activation? Find(GrainId id) => _single.GetValueOrDefault(id);

    public void Remove(Activation activation)
    {
        if (!activation.Class.IsStatelessWorker)
        {
            _single.TryRemove(KeyValuePair.Create(activation.GrainId, activation));
        }
        else if (_workers.TryGetValue(activation.GrainId, out WorkerSet? set))
        {
            set.Remove(activation);
        }
    }
}

/// <summary>The activations that share the calls to one stateless worker.</summary>
internal sealed class WorkerSet
{
    private readonly Lock _gate = new();
    private volatile Activation[] _members = [];
    private uint _turn;

    public Activation[] Members => _members;

    /// <summary>One that does nothing, else a new one, else each in turn.</summary>
    public Activation Pick(GrainId id, GrainClass grainClass)
    {
        if (FirstFree() is { } free)
        {
            return free;
        }

        lock (_gate)
        {
            if (FirstFree() is { } freed)
            {
                return freed;
            }

            if (_members.Length < grainClass.ActivationsMax)
            {
                var added = new Activation(grainClass, id);
                _members = [.. _members, added];
                return added;
            }

            return _members[(int)(_turn++ % (uint)_members.Length)];
        }
    }

    public void Remove(Activation activation)
    {
        lock (_gate)
        {
            _members = [.. _members.Where(member => !ReferenceEquals(member, activation))];
        }
    }

    private Activation? FirstFree()
    {
        foreach (Activation member in _members)
        {
            if (member.IsFree)
            {
                return member;
            }
        }

        return null;
    }
}
