namespace Turnstile.Grains.Storage;

/// <summary>Commits a batch of changes, and finds the ones at fault when the database refuses the whole.</summary>
internal sealed class TransactionRunner(Backend backend, StorageTelemetry telemetry, Outage outage)
{
    // A transaction that lost to a deadlock, or whose connection had gone, gets a second and a third try.
    private const int AttemptsMax = 3;

    // Used by the writing thread alone.
    private readonly List<BatchWriter> _writers = [];

    /// <summary>Ends with every change settled, committed or failed.</summary>
    public async ValueTask Run(List<PendingWrite> batch)
    {
        try
        {
            await Commit(batch, 0, batch.Count);
            outage.Succeeded();
        }
        catch (StorageUnavailableException away)
        {
            outage.Failed(away);
            foreach (PendingWrite write in batch.Where(write => !write.Settled))
                Fail(write, away);
        }
    }

    /// <summary>Halves keep the order: the left one is committed before the right one begins.</summary>
    private async ValueTask Commit(List<PendingWrite> batch, int start, int count)
    {
        try
        {
            await Attempt(batch, start, count);
        }
        catch (Exception refusal) when (refusal is not StorageUnavailableException)
        {
            if (count == 1)
            {
                Fail(batch[start], refusal);
                return;
            }

            int half = count / 2;
            await Commit(batch, start, half);
            await Commit(batch, start + half, count - half);
        }
    }

    private async ValueTask Attempt(List<PendingWrite> batch, int start, int count)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await Transact(batch, start, count);
                return;
            }
            catch (StorageUnavailableException lost) when (lost.CanRunAgain && attempt < AttemptsMax)
            {
                telemetry.TransactionRestarted();
            }
        }
    }

    private async ValueTask Transact(List<PendingWrite> batch, int start, int count)
    {
        long rows = 0;
        long began = telemetry.Timestamp;
        try
        {
            for (int i = start; i < start + count; i++)
            {
                PendingWrite write = batch[i];
                if (!_writers.Contains(write.Writer))
                    _writers.Add(write.Writer);
                write.Join();
                rows += write.Rows;
            }

            _writers.Sort((left, right) => left.Order.CompareTo(right.Order));
            await using BackendTransaction transaction = await backend.Begin();
            foreach (BatchWriter writer in _writers)
                await writer.Run(transaction);
            await transaction.Commit();
        }
        finally
        {
            foreach (BatchWriter writer in _writers)
                writer.Clear();
            _writers.Clear();
        }

        for (int i = start; i < start + count; i++)
            batch[i].Settled = true;
        telemetry.Committed(rows, began);
    }

    private void Fail(PendingWrite write, Exception failure)
    {
        write.Fail(failure);
        telemetry.WriteFailed(write.Writer.Name, failure);
    }
}
