using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>Streams the digits of a factorial piece by piece, so that no part of the way holds all of them.</summary>
internal static class JobValues
{
    private const int PieceLength = 256 << 10;

    public static async Task<IResult> Stream(string id, HttpContext context, IGrainFactory grains)
    {
        if (await grains.FindJob(context, id) is not { } grain || await grain.View() is not { } job)
        {
            return ComputeEndpoints.NoSuchJob(id);
        }

        return job.Result switch
        {
            FactorialResult { Value: { } value } => TypedResults.Text(value),
            FactorialResult large => TypedResults.Stream(
                body => Copy(grain, large.Digits, body, context.RequestAborted), "text/plain"),
            _ => Http.Problems.NotFound($"Job '{id}' has no digits to read."),
        };
    }

    internal static async Task Copy(IJobGrain grain, long length, Stream body, CancellationToken aborted)
    {
        for (long offset = 0; offset < length;)
        {
            if (await grain.ReadValue(offset, PieceLength) is not { IsEmpty: false } piece)
            {
                throw new InvalidDataException("The digits of a job that is done are not in the store.");
            }

            await body.WriteAsync(piece, aborted);
            offset += piece.Length;
        }
    }
}
