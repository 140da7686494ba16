using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Brings widgets from the tables into memory, in the order in which they were wanted: what is wanted while reads are under way goes with
/// the next one, so that a burst is read in few batches. Used in the ledger's turns.
/// </summary>
internal sealed class WidgetLoader(ActiveWidgets active, WidgetStore store, LedgerTurns turns, WidgetTelemetry telemetry)
{
    // Rows of one read: some 15 ms of a processor. Whoever wants few waits for as much of others'.
    private const int ReadMax = 4_096;

    // Reads at a time: a second one, on another processor, where that much waits that it is worth the threads.
    private const int ReadsMax = 2;
    private const int WorthASecond = 512;

    private readonly Queue<WidgetEntry> _wanted = new();

    // Those who wait until all that was wanted up to a number is here, by that number.
    private readonly Queue<(long UpTo, TaskCompletionSource Done)> _waiting = new();

    // For each read under way, how many entries were handed to those before it.
    private readonly List<long> _reads = [];
    private long _handedOut;
    private bool _isBeginning;
    private Exception? _failure;

    /// <summary>All up to this number are here.</summary>
    private long Here => _reads.Count == 0 ? _handedOut : _reads.Min();

    /// <summary>The entry of a serial number. One that is not loaded is read by the next <see cref="Load"/>.</summary>
    public WidgetEntry Get(string serial)
    {
        Span<byte> room = stackalloc byte[PackedWidget.TextBytesMax];
        return Get(PackedWidget.Encode(serial, room));
    }

    /// <inheritdoc cref="Get(string)"/>
    public WidgetEntry Get(ReadOnlySpan<byte> serial)
    {
        WidgetEntry entry = active.GetOrAdd(serial);
        if (entry is { IsLoaded: false, IsWanted: false })
        {
            entry.IsWanted = true;
            _wanted.Enqueue(entry);
        }

        return entry;
    }

    /// <summary>Ends when all that was wanted so far is here, or could not be read. Never fails.</summary>
    public Task Load()
    {
        long upTo = _handedOut + _wanted.Count;
        if (Here >= upTo)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource();
        _waiting.Enqueue((upTo, done));
        if (_reads.Count < ReadsMax && !_isBeginning)
        {
            _isBeginning = true;
            _ = BeginReadsSoon();
        }

        return done.Task;
    }

    /// <summary>Behind those who have asked already: what they want goes along.</summary>
    private async Task BeginReadsSoon()
    {
        await Task.Yield();
        _isBeginning = false;
        BeginReads();
    }

    /// <summary>Why something that was wanted is not here.</summary>
    public StorageUnavailableException Failure() => _failure as StorageUnavailableException
        ?? new StorageUnavailableException($"The widgets' tables cannot be read: {_failure?.Message}", _failure);

    private void BeginReads()
    {
        while (_wanted.Count > 0 && (_reads.Count == 0 || (_reads.Count < ReadsMax && _wanted.Count >= WorthASecond)))
        {
            var entries = new List<WidgetEntry>(Math.Min(_wanted.Count, ReadMax));
            while (entries.Count < ReadMax && _wanted.TryDequeue(out WidgetEntry entry))
            {
                entries.Add(entry);
            }

            long before = _handedOut;
            _handedOut += entries.Count;
            _ = Read(entries, before);
        }
    }

    /// <summary>Never fails: whoever needs what it could not read is told the reason.</summary>
    private async Task Read(List<WidgetEntry> entries, long before)
    {
        _reads.Add(before);
        try
        {
            List<WidgetRow> rows = await store.Find(entries);
            List<WidgetEntry> left = active.Fill(entries, rows);
            if (left.Count > 0)
            {
                await turns.WhenCommitted(() => active.Fill(left, rows));
            }

            telemetry.Read(entries.Count);
        }
        catch (Exception e)
        {
            _failure = e;
            ActiveWidgets.GiveUp(entries);
        }

        _reads.Remove(before);
        BeginReads();
        while (_waiting.TryPeek(out (long UpTo, TaskCompletionSource Done) next) && next.UpTo <= Here)
        {
            _waiting.Dequeue().Done.SetResult();
        }
    }
}
