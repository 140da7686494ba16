using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Brings widgets from the tables into memory, in the order in which they were wanted: what is wanted while reads are under way goes with
/// the next one, so that a burst is read in few batches. Used in the ledger's turns.
/// </summary>
internal sealed class WidgetLoader(ActiveWidgets active, WidgetStore store, LedgerTurns turns, WidgetTelemetry telemetry)
{
    // Rows of one read: those of a batch of 10,000 connections. Whoever wants few waits for as much of others'.
    private const int ReadMax = 20_480;

    // So many that they are worth a second connection and thread.
    private const int WorthASecond = 512;

    private readonly Queue<WidgetEntry> _wanted = new();

    // Those who wait until all that was wanted up to a number is here, by that number.
    private readonly Queue<(long UpTo, TaskCompletionSource Done)> _waiting = new();

    // How many entries were handed to reads so far, and those of the first so many that are here.
    private long _handedOut;
    private long _here;
    private bool _isReading;
    private Exception? _failure;

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
        if (_here >= upTo)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource();
        _waiting.Enqueue((upTo, done));
        if (!_isReading)
        {
            _isReading = true;
            _ = ReadAll();
        }

        return done.Task;
    }

    /// <summary>Why something that was wanted is not here.</summary>
    public StorageUnavailableException Failure() => _failure as StorageUnavailableException
        ?? new StorageUnavailableException($"The widgets' tables cannot be read: {_failure?.Message}", _failure);

    private async Task ReadAll()
    {
        // Behind those who have asked already: what they want goes along.
        await Task.Yield();
        Task reading = Read(TakeWanted());
        do
        {
            await reading;
            _here = _handedOut;

            // The next read is on its way while those who have waited for this one go on.
            reading = Read(TakeWanted());
            while (_waiting.TryPeek(out (long UpTo, TaskCompletionSource Done) next) && next.UpTo <= _here)
            {
                _waiting.Dequeue().Done.SetResult();
            }
        }
        while (_here < _handedOut || _wanted.Count > 0);

        _isReading = false;
    }

    private List<WidgetEntry> TakeWanted()
    {
        var entries = new List<WidgetEntry>(Math.Min(_wanted.Count, ReadMax));
        while (entries.Count < ReadMax && _wanted.TryDequeue(out WidgetEntry entry))
        {
            entries.Add(entry);
        }

        _handedOut += entries.Count;
        return entries;
    }

    /// <summary>Never fails: whoever needs what it could not read is told the reason.</summary>
    private async Task Read(List<WidgetEntry> entries)
    {
        try
        {
            if (entries.Count < WorthASecond)
            {
                await ReadPart(entries);
                return;
            }

            // Halves of the table's order, so that each has its pages for itself.
            await Task.Run(() => SerialOrder.Sort(entries));
            int half = entries.Count / 2;
            await Task.WhenAll(ReadPart(entries[..half]), ReadPart(entries[half..]));
        }
        catch (Exception e)
        {
            _failure = e;
            ActiveWidgets.GiveUp(entries);
        }
    }

    private async Task ReadPart(List<WidgetEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        List<WidgetRow> rows = await store.Find(entries);
        List<WidgetEntry> left = active.Fill(entries, rows);
        if (left.Count > 0)
        {
            await turns.WhenCommitted(() => active.Fill(left, rows));
        }

        telemetry.Read(entries.Count);
    }
}
