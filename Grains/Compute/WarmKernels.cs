using Microsoft.Extensions.Options;

namespace Turnstile.Grains.Compute;

/// <summary>
/// Which jobs of this silo keep their kernels in memory between slices, and which of them has waited longest.
/// </summary>
internal sealed class WarmKernels(IOptions<ComputeOptions> options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<long> _oldestFirst = new();
    private readonly Dictionary<long, LinkedListNode<long>> _nodes = [];

    /// <summary>The job has had a slice and wants another.</summary>
    /// <returns>The job that has to let go of its kernel, or null where there is room for all.</returns>
    public long? Add(long job)
    {
        lock (_gate)
        {
            _nodes.Add(job, _oldestFirst.AddLast(job));
            return _nodes.Count > options.Value.WarmKernelsMax ? TakeColdest() : null;
        }
    }

    /// <summary>The job has a slice, or no kernel any more.</summary>
    public void Remove(long job)
    {
        lock (_gate)
        {
            if (_nodes.Remove(job, out LinkedListNode<long>? node))
            {
                _oldestFirst.Remove(node);
            }
        }
    }

    private long TakeColdest()
    {
        long coldest = _oldestFirst.First!.Value;
        _oldestFirst.RemoveFirst();
        _nodes.Remove(coldest);
        return coldest;
    }
}
