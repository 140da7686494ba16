using Orleans.Runtime;

namespace Turnstile.Engine.Tests.Embedded;

/// <summary>
/// Runs all work of a silo on the thread that asks, one piece after another, in an order that only the seed decides.
/// </summary>
internal sealed class SeededScheduler(int seed) : IWorkScheduler
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly List<IWork> _ready = [];

    public void Schedule(IWork work, WorkKind kind)
    {
        lock (_gate)
        {
            _ready.Add(work);
        }
    }

    /// <summary>Runs until nothing is ready.</summary>
    public void RunAll()
    {
        while (Take() is { } work)
        {
            work.Run();
        }
    }

    private IWork? Take()
    {
        lock (_gate)
        {
            if (_ready.Count == 0)
            {
                return null;
            }

            int index = _random.Next(_ready.Count);
            IWork work = _ready[index];
            _ready.RemoveAt(index);
            return work;
        }
    }
}
