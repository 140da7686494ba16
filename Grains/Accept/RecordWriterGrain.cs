using Microsoft.Extensions.Logging;
using Turnstile.Accept;
using Turnstile.Grains.Accept.Writers;

namespace Turnstile.Grains.Accept;

/// <summary>
/// Delivers records in the order of their minutes. How far it has come is stored after every delivery, so that a crash repeats
/// one delivery at most.
/// </summary>
[KeepAlive]
internal sealed class RecordWriterGrain(
    AcceptStore store, RecordWriters writers, AcceptTelemetry telemetry, TimeProvider time, ILogger<RecordWriterGrain> logger)
    : Grain, IRecordWriterGrain
{
    private const int PageMax = 100;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    // Halved by a failure until there is nothing left to deliver: a broker that confirms records one by one, after it has synced each,
    // may not get through a whole page in the time that it is given, and would be handed the same page for ever.
    private int _page = PageMax;

    private TimeSpan _pause;
    private DateTimeOffset _failedAt;

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken) => store.AddWriter(Name);

    public async Task Deliver()
    {
        // A clock that was set back must not make the pause longer.
        if (time.GetUtcNow() - _failedAt is var past && past >= TimeSpan.Zero && past < _pause)
            return;
        WriterCursor cursor = (await store.FindWriter(Name))!;
        while (await store.RecordsAfter(cursor.DeliveredThrough, _page) is { Count: > 0 } records)
        {
            if (!await Write(records))
            {
                _page = Math.Max(1, records.Count / 2);
                return;
            }

            cursor = cursor with { DeliveredThrough = records[^1].Minute };
            await store.MoveWriter(cursor);
        }

        _page = PageMax;
    }

    private async Task<bool> Write(List<MinuteRecord> records)
    {
        try
        {
            await writers.Write(Name, records);
        }
        catch (Exception) when (writers.Stopping)
        {
            // The process that has the grain next hands them over again.
            return false;
        }
        catch (Exception e)
        {
            telemetry.DeliveryFailed(Name);
            if (_pause == TimeSpan.Zero)
                logger.LogWarning(e, "Writer {Writer} cannot deliver; {Records} records or more wait for it.", Name, records.Count);
            _pause = _pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, PauseMax.Ticks));
            _failedAt = time.GetUtcNow();
            return false;
        }

        if (_pause > TimeSpan.Zero)
            logger.LogInformation("Writer {Writer} delivers again.", Name);
        _pause = TimeSpan.Zero;
        telemetry.Delivered(Name, records.Count);
        return true;
    }
}
