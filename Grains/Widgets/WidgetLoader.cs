namespace Turnstile.Grains.Widgets;

/// <summary>
/// Brings widgets from the tables into memory: what is asked for while a read is under way goes with the next one, so that a
/// burst is read in few batches. Used in the ledger's turns.
/// </summary>
internal sealed class WidgetLoader(ActiveWidgets active, WidgetStore store, WidgetTelemetry telemetry)
{
    // A read answers nobody before all of it is there.
    private const int ReadMax = 10_000;

    private HashSet<string> _wanted = [];
    private TaskCompletionSource _done = new();
    private bool _reading;

    /// <summary>Returns when the serial number is in memory, also where there is no widget of it.</summary>
    /// <exception cref="Storage.StorageUnavailableException">It cannot be read now.</exception>
    public Task Load(string serial)
    {
        _wanted.Add(serial);
        return Read();
    }

    /// <inheritdoc cref="Load(string)"/>
    public Task Load(IEnumerable<string> serials)
    {
        _wanted.UnionWith(serials);
        return Read();
    }

    private Task Read()
    {
        Task done = _done.Task;
        if (!_reading)
        {
            _ = ReadWanted();
        }

        return done;
    }

    /// <summary>Never fails: whoever waits for a read gets its failure.</summary>
    private async Task ReadWanted()
    {
        _reading = true;
        while (_wanted.Count > 0)
        {
            HashSet<string> serials = _wanted;
            TaskCompletionSource done = _done;
            _wanted = [];
            _done = new TaskCompletionSource();
            try
            {
                foreach (string[] part in serials.Order(SerialOrder.Instance).Chunk(ReadMax))
                {
                    Add(part, await store.Find(part));
                    telemetry.Read(part.Length);
                }

                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }

        _reading = false;
    }

    private void Add(string[] serials, List<WidgetRow> rows)
    {
        foreach (WidgetRow row in rows)
        {
            active.Add(row.Serial, row);
        }

        // What had no row is known not to exist.
        foreach (string serial in serials)
        {
            active.Add(serial, null);
        }
    }
}
