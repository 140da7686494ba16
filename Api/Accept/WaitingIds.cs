using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Turnstile.Api.Accept;

/// <summary>
/// Ids of one minute and shard on their way, and the requests that wait for them. Used again and again: the requests and their answers
/// cost no allocation. Its lane adds to it and answers it; it goes back when the last request has taken its answer.
/// </summary>
internal sealed class WaitingIds
{
    // Requests that one work item goes on with: enough to be worth a thread, few enough to let what they send go out.
    private const int AnsweredTogetherMin = 8;
    private const int AnsweredTogetherMax = 32;

    private readonly List<Waiter> _waiters = [];
    private readonly List<long> _ids = [];
    private readonly Action<WaitingIds> _release;
    private int _untaken;

    /// <param name="release">Takes it back, once nobody uses it.</param>
    public WaitingIds(Action<WaitingIds> release) => _release = release;

    public long Minute { get; private set; }

    public int Count => _ids.Count;

    /// <summary>Makes it ready for ids of a minute.</summary>
    public void Begin(long minute)
    {
        Minute = minute;
        _ids.Clear();
    }

    /// <summary>Adds a request. It is told whether its id is counted.</summary>
    public ValueTask<bool> Add(long id)
    {
        int index = _ids.Count;
        _ids.Add(id);
        if (index == _waiters.Count)
            _waiters.Add(new Waiter(this));
        return _waiters[index].Task;
    }

    public ImmutableArray<long> Ids() => ImmutableCollectionsMarshal.AsImmutableArray(_ids.ToArray());

    /// <summary>Has the ids remembered as counted.</summary>
    public void CopyTo(RecentIds recent)
    {
        foreach (long id in CollectionsMarshal.AsSpan(_ids))
            recent.Add(id);
    }

    /// <summary>
    /// Answers all requests, a part of them before it returns: every processor takes a part, and none is woken for a few that others do
    /// on their way.
    /// </summary>
    public void Answer(bool counted)
    {
        // They are cleared only after the last of them has been taken.
        int count = _ids.Count;
        _untaken = count;
        int together = Math.Clamp(
            (count + Environment.ProcessorCount - 1) / Environment.ProcessorCount, AnsweredTogetherMin, AnsweredTogetherMax);
        int end = count;
        for (; end > together; end -= together)
            ThreadPool.UnsafeQueueUserWorkItem(new SomeAnswers(this, end - together, end, counted), preferLocal: false);
        Answer(0, end, counted);
    }

    private void Answer(int first, int end, bool counted)
    {
        for (int i = first; i < end; i++)
            _waiters[i].Answer(counted);
    }

    private void Taken()
    {
        if (Interlocked.Decrement(ref _untaken) == 0)
            _release(this);
    }

    private sealed class SomeAnswers(WaitingIds all, int first, int end, bool counted) : IThreadPoolWorkItem
    {
        public void Execute() => all.Answer(first, end, counted);
    }

    private sealed class Waiter(WaitingIds all) : IValueTaskSource<bool>
    {
        // Continuations run where the answer is given: on the thread pool, behind everything the lane has to do.
        private ManualResetValueTaskSourceCore<bool> _core;

        public ValueTask<bool> Task => new(this, _core.Version);

        public void Answer(bool counted) => _core.SetResult(counted);

        public bool GetResult(short token)
        {
            bool counted = _core.GetResult(token);
            _core.Reset();
            all.Taken();
            return counted;
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
