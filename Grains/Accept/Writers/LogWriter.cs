using Microsoft.Extensions.Logging;
using Turnstile.Accept;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>Puts records into the program's log. One may appear twice after a crash.</summary>
internal sealed class LogWriter(ILogger<LogWriter> logger) : IRecordWriter
{
    public const string WriterName = "log";

    public string Name => WriterName;

    public void Check()
    {
    }

    public Task Write(IReadOnlyList<MinuteRecord> records, CancellationToken stop = default)
    {
        foreach (MinuteRecord record in records)
            logger.LogInformation("Minute {Minute}: {UniqueIds} unique ids", RecordJson.Minute(record.Minute), record.UniqueIds);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
