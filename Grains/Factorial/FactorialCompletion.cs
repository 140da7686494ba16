using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Turnstile.Compute;
using Turnstile.Factorial;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Storage.Objects;

namespace Turnstile.Grains.Factorial;

/// <summary>
/// The way of one factorial from its job to its object, a status at a time. Every step may be done again.
/// </summary>
internal sealed class FactorialCompletion(
    IGrainFactory grains, ObjectStore objects, FactorialOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>Before whatever failed for want of something is tried again.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private const int PieceLength = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UploadPauseMax = TimeSpan.FromSeconds(30);

    /// <summary>Has the job of a generation queued; done again, it finds the job of the first time.</summary>
    public Task<SubmitOutcome> Submit(int number, long generation, CallerKey requester) =>
        grains.GetGrain<ICallerGrain>(requester.ToString()).Submit(
        [
            new JobRequest
            {
                Operation = JobOperation.Factorial,
                Number = number.ToString(),
                // Has spaces, which the keys of requests never have.
                IdempotencyKey = $"factorial {number} {generation}",
            },
        ]);

    /// <summary>Waits for what has to come next, and does it.</summary>
    /// <returns>The row as it is to be stored.</returns>
    public async Task<FactorialRow> Next(FactorialRow row, CancellationToken stop)
    {
        JobView? job = await EndOf(row.Job, stop);
        try
        {
            return await Next(row, job, stop);
        }
        catch (InvalidDataException e)
        {
            return Failed(row, e.Message);
        }
    }

    private async Task<FactorialRow> Next(FactorialRow row, JobView? job, CancellationToken stop) =>
        (job, row.Status) switch
        {
            ({ Status: JobStatus.Done, Result: FactorialResult result }, FactorialStatus.Calculating) => row with
            {
                Status = FactorialStatus.Uploading, Checksum = result.Sha256, Digits = result.Digits,
            },
            ({ Status: JobStatus.Done, Result: FactorialResult result }, _) => await Upload(row, result, stop),
            ({ Status: JobStatus.Cancelled }, _) => Failed(row, "Its job was cancelled."),
            ({ Error: { } error }, _) => Failed(row, error),
            _ => Failed(row, "Its job is not there any more."),
        };

    private async Task<JobView?> EndOf(long job, CancellationToken stop)
    {
        IJobGrain grain = grains.GetGrain<IJobGrain>(job);
        JobView? view;
        do
        {
            view = await grain.WhenEnded(Patience).WaitAsync(stop);
        }
        while (view is { Ended: false });

        return view;
    }

    private async Task<FactorialRow> Upload(FactorialRow row, FactorialResult result, CancellationToken stop)
    {
        ReadOnlyMemory<byte> digits = await Digits(row.Job, result);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await objects.Write(row.ToView().ObjectKey, digits, stop);
                return row with { Status = FactorialStatus.Done, FinishedAt = UnixMicroseconds.Now(time).ToTime(), Error = null };
            }
            catch (StorageUnavailableException e) when (attempt < options.UploadAttemptsMax)
            {
                logger.LogWarning(e, "{Number}! could not be stored in attempt {Attempt}.", row.Number, attempt);
                TimeSpan pause = RetryPause * Math.Pow(2, Math.Min(attempt - 1, 10));
                await Task.Delay(pause < UploadPauseMax ? pause : UploadPauseMax, time, stop);
            }
            catch (StorageUnavailableException e)
            {
                return Failed(row, $"Could not be stored in {attempt} attempts: {e.Message}");
            }
        }
    }

    /// <summary>The digits of a job that is done, as they were hashed when they were computed.</summary>
    /// <exception cref="InvalidDataException">They have changed since.</exception>
    private async Task<ReadOnlyMemory<byte>> Digits(long job, FactorialResult result)
    {
        byte[] digits = new byte[result.Digits];
        if (result.Value is { } value)
        {
            Encoding.ASCII.GetBytes(value, digits);
        }
        else
        {
            await ReadPieces(job, digits);
        }

        string checksum = await Task.Run(() => Convert.ToHexStringLower(SHA256.HashData(digits)));
        return checksum == result.Sha256
            ? digits
            : throw new InvalidDataException($"The digits of job {JobId.Format(job)} are not those it computed.");
    }

    private async Task ReadPieces(long job, byte[] digits)
    {
        IJobGrain grain = grains.GetGrain<IJobGrain>(job);
        for (int offset = 0; offset < digits.Length;)
        {
            if (await grain.ReadValue(offset, PieceLength) is not { IsEmpty: false } piece)
            {
                throw new InvalidDataException($"The digits of job {JobId.Format(job)} end at {offset}.");
            }

            piece.CopyTo(digits.AsMemory(offset));
            offset += piece.Length;
        }
    }

    private FactorialRow Failed(FactorialRow row, string reason) => row with
    {
        Status = FactorialStatus.Failed, FinishedAt = UnixMicroseconds.Now(time).ToTime(), Error = reason,
    };
}
