using System.Diagnostics.CodeAnalysis;

namespace Turnstile.Api.Factorial;

/// <summary>
/// Keeps results of small numbers in memory: each for so long, all together so many bytes, the least recently used out
/// first. Results never change, so what is in it is right.
/// </summary>
/// <param name="below">Only smaller numbers are kept.</param>
/// <param name="life">How long an entry is used after it was put in.</param>
/// <param name="bytesMax">What the entries may take.</param>
/// <param name="time">The clock of their lives.</param>
internal sealed class FactorialCache(int below, TimeSpan life, long bytesMax, TimeProvider time)
{
    // Guards all that follows.
    private readonly Lock _gate = new();
    private readonly Dictionary<int, LinkedListNode<Entry>> _entries = [];

    // The most recently used first.
    private readonly LinkedList<Entry> _order = new();
    private long _bytes;
    private long _hits;
    private long _misses;

    /// <summary>Reads that found their number.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Reads of numbers that could have been there and were not.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>What the entries take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    public bool TryFind(int number, [NotNullWhen(true)] out FactorialText? text)
    {
        text = null;
        if (number >= below)
        {
            return false;
        }

        lock (_gate)
        {
            if (_entries.TryGetValue(number, out LinkedListNode<Entry>? node) && Lives(node))
            {
                text = node.Value.Text;
                Touch(node);
                _hits++;
                return true;
            }

            _misses++;
            return false;
        }
    }

    /// <summary>Puts a result in, unless its number is too large or it alone would take more than all may.</summary>
    public void Add(FactorialText text)
    {
        int number = text.View.Number;
        if (number >= below || text.Size > bytesMax)
        {
            return;
        }

        lock (_gate)
        {
            if (_entries.TryGetValue(number, out LinkedListNode<Entry>? old))
            {
                Remove(old);
            }

            _entries.Add(number, _order.AddFirst(new Entry(text, time.GetTimestamp())));
            _bytes += text.Size;
            while (_bytes > bytesMax)
            {
                Remove(_order.Last!);
            }
        }
    }

    private bool Lives(LinkedListNode<Entry> node)
    {
        if (time.GetElapsedTime(node.Value.Since) < life)
        {
            return true;
        }

        Remove(node);
        return false;
    }

    private void Touch(LinkedListNode<Entry> node)
    {
        if (_order.First != node)
        {
            _order.Remove(node);
            _order.AddFirst(node);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _order.Remove(node);
        _entries.Remove(node.Value.Text.View.Number);
        _bytes -= node.Value.Text.Size;
    }

    private readonly record struct Entry(FactorialText Text, long Since);
}
