using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

/// <summary>
/// Uses a <see cref="Backlog"/> at random as a caller does, with commits and pages that take their time, beside the plain truth: what
/// is open, and what the store holds. It fails where the two part.
/// </summary>
internal sealed class BacklogModel(Random random)
{
    private const int PageMax = 7;

    private readonly Backlog _backlog = new(windowMax: 5);
    private readonly SortedDictionary<long, int> _store = [];
    private readonly HashSet<long> _expected = [];
    private readonly HashSet<long> _handed = [];
    private readonly Queue<(long Id, int Priority, bool InMemory)> _committing = new();
    private readonly HashSet<long> _strays = [];
    private readonly long[] _lastHanded = new long[10];
    private readonly Queue<(BacklogPage Page, List<QueuedJob> Jobs, bool Whole)> _reading = new();
    private long _lastId;

    public void Step()
    {
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                Admit();
                break;
            case 3 or 4 or 5 when _committing.Count > 0:
                Commit();
                break;
            case 6 when _committing.Count > 0 && random.Next(10) == 0:
                Abandon();
                break;
            case 7:
                BeginPage();
                break;
            case 8:
                EndPage();
                break;
            case 9 when random.Next(4) == 0:
                Withdraw();
                break;
            case 10 when random.Next(50) == 0:
                TakeBack();
                break;
            case 11 when _reading.Count == 0 && _committing.Count == 0:
                Find();
                break;
            default:
                Take(random.Next(1, 6));
                break;
        }

        Assert.InRange(_backlog.Held, _backlog.InMemory, (2 * _backlog.InMemory) + 640);
        Assert.Equal(_expected.Count > 0, _backlog.Any || _committing.Any(job => job.InMemory));
    }

    /// <summary>Everything that is left comes out.</summary>
    public void Drain()
    {
        while (_committing.Count > 0)
        {
            Commit();
        }

        for (int i = 0; i < 1_000_000 && _backlog.Any; i++)
        {
            Take(10);
            EndPage();
            BeginPage();
        }

        Assert.Empty(_expected);
        Assert.Equal(0, _backlog.InMemory);
        Assert.Equal(0, _backlog.InStore);
    }

    private void Admit()
    {
        // Bursts, so that the queue spills and runs dry in turns.
        int count = _lastId / 2_000 % 2 == 0 ? random.Next(1, 4) : random.Next(0, 2);
        for (int i = 0; i < count; i++)
        {
            int priority = random.Next(3) == 0 ? random.Next(10) : 4;
            long id = ++_lastId;
            _committing.Enqueue((id, priority, _backlog.Admit(id, priority)));
            _expected.Add(id);
        }
    }

    private void Commit()
    {
        (long id, int priority, bool inMemory) = _committing.Dequeue();
        _store.Add(id, priority);
        if (inMemory)
        {
            _backlog.Commit(BacklogTests.Job(id, priority));
        }
        else
        {
            _backlog.CommitStored(priority);
        }
    }

    private void Abandon()
    {
        (long id, int priority, bool inMemory) = _committing.Dequeue();
        _expected.Remove(id);
        _backlog.Abandon(priority, inMemory);
    }

    private void BeginPage()
    {
        if (_backlog.BeginPage() is { } page)
        {
            List<QueuedJob> jobs =
            [
                .. _store.Where(job => job.Value == page.Priority && job.Key > page.After).Take(PageMax)
                    .Select(job => BacklogTests.Job(job.Key, job.Value)),
            ];
            _reading.Enqueue((page, jobs, jobs.Count < PageMax));
        }
    }

    private void EndPage()
    {
        if (!_reading.TryDequeue(out (BacklogPage Page, List<QueuedJob> Jobs, bool Whole) read))
        {
            return;
        }

        if (random.Next(10) == 0)
        {
            _backlog.EndPage(read.Page);
        }
        else
        {
            _backlog.Fill(read.Page, read.Jobs, read.Whole);
        }
    }

    private void Take(int limit)
    {
        foreach (QueuedJob job in _backlog.Take(limit))
        {
            Assert.True(_expected.Remove(job.Id), $"{job.Id} came, but was not to come");
            _handed.Add(job.Id);
            if (!_strays.Contains(job.Id))
            {
                Assert.True(job.Id > _lastHanded[job.Priority], $"{job.Id} came after {_lastHanded[job.Priority]}");
                _lastHanded[job.Priority] = job.Id;
            }

            if (random.Next(20) == 0)
            {
                int before = job.Priority;
                Assert.DoesNotContain(_store, other => other.Value > before && _expected.Contains(other.Key));
            }

            if (random.Next(3) > 0)
            {
                End(job.Id);
            }
        }
    }

    /// <summary>A job is over in the store, if it was not handed out before it shall not come any more.</summary>
    private void Withdraw()
    {
        long[] stored = [.. _store.Keys];
        if (stored.Length == 0)
        {
            return;
        }

        long id = stored[random.Next(stored.Length)];
        Assert.Equal(_expected.Remove(id), _backlog.Withdraw(id, _store[id]));
        End(id);
    }

    /// <summary>A job is in the store that the backlog did not admit; it comes once, in whatever order.</summary>
    private void Find()
    {
        int priority = random.Next(3) == 0 ? random.Next(10) : 4;
        long id = ++_lastId;
        _store.Add(id, priority);
        _expected.Add(id);
        _strays.Add(id);
        if (!_backlog.Knows(id, priority))
        {
            _backlog.Return(BacklogTests.Job(id, priority));
        }
    }

    private void TakeBack()
    {
        _backlog.TakeBack(_handed.Select(id => BacklogTests.Job(id, _store[id])));
        foreach (long id in _handed)
        {
            _expected.Add(id);
            _lastHanded[_store[id]] = Math.Min(_lastHanded[_store[id]], id - 1);
        }

        _handed.Clear();
    }

    private void End(long id)
    {
        _store.Remove(id);
        _handed.Remove(id);
    }
}
