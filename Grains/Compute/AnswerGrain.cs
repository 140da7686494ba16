using Microsoft.Extensions.Logging;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>One question: who computes it, and who waits for that. The key is an <see cref="AnswerKey"/>.</summary>
internal sealed class AnswerGrain(JobStore store, TimeProvider time, ILogger<AnswerGrain> logger) : Grain, IAnswerGrain
{
    // Each of those that wait asks again every second or so, and there may be thousands: one look serves them all.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly HashSet<long> _waiting = [];
    private long? _known;
    private long? _computing;
    private long? _lookedAt;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        _known = await store.FindAnswer(this.GetPrimaryKeyString());

    public async Task<AnswerSource> Ask(long job)
    {
        bool again = _computing is { } other && other != job && !_waiting.Add(job);
        if (again && (_lookedAt is not { } at || time.GetElapsedTime(at) >= LookPeriod))
        {
            _lookedAt = time.GetTimestamp();
            await Look();
        }

        if (_known is { } known)
        {
            return new AnswerSource { Job = known, Known = true };
        }

        if (_computing is null)
        {
            _computing = job;
            _waiting.Remove(job);
        }

        return new AnswerSource { Job = _computing.Value, Known = false };
    }

    public Task Ended(long job, bool answered)
    {
        _waiting.Remove(job);
        if (_computing != job)
        {
            return Task.CompletedTask;
        }

        _computing = null;
        if (answered)
        {
            _known = job;
            foreach (long waiting in _waiting)
            {
                GrainFactory.GetGrain<IJobGrain>(waiting).Adopt(job).InBackground(logger);
            }
        }

        // Where there is no answer, the first of them to ask again computes.
        _waiting.Clear();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Whether the one that computes does so still: the word of its end may have been lost, or it was ended by an activation
    /// that did not know what the one before it had asked.
    /// </summary>
    private async Task Look()
    {
        if (await store.FindJob(_computing!.Value) is { Ended: false })
        {
            return;
        }

        // An end and the answer that it brought are stored together.
        _computing = null;
        _known = await store.FindAnswer(this.GetPrimaryKeyString());
    }
}
