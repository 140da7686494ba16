using Microsoft.Extensions.Logging;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>One question: who computes it, and who waits for that. The key is an <see cref="AnswerKey"/>.</summary>
internal sealed class AnswerGrain(JobStore store, TimeProvider time, ILogger<AnswerGrain> logger) : Grain, IAnswerGrain
{
    // Each of those that wait asks again every second or so, and there may be thousands: one look serves them all.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    // Longer than most jobs take: whoever asks the same meanwhile must not compute it too. It counts anew whenever somebody asks,
    // and is ended with the job; where that is never told, the grain stays for no longer.
    private static readonly TimeSpan WhileComputing = TimeSpan.FromDays(1);

    private readonly HashSet<long> _waiting = [];
    private long? _known;
    private long? _computing;
    private long? _lookedAt;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        _known = await store.FindAnswer(this.GetPrimaryKeyString());

    public async Task<AnswerSource> Ask(long job)
    {
        if (_computing is { } other && _waiting.Contains(job))
        {
            await Look(other);
        }

        if (_known is { } known)
        {
            return new AnswerSource { Job = known, Known = true };
        }

        long computing = _computing ??= job;
        DelayDeactivation(WhileComputing);
        if (computing != job)
        {
            _waiting.Add(job);
        }

        return new AnswerSource { Job = computing, Known = false };
    }

    public async Task Ended(long job, bool answered)
    {
        _waiting.Remove(job);
        if (_computing != job)
        {
            return;
        }

        // A commit that broke may have stored the answer before it was stored again.
        _known = answered ? job : await store.FindAnswer(this.GetPrimaryKeyString());
        bool alone = _waiting.Count == 0;
        Settle();
        if (alone)
        {
            // Whoever asks later finds the answer in the store; millions that are asked once shall not wait for that in memory.
            DeactivateOnIdle();
        }
    }

    /// <summary>Whether the one that computes has ended and nobody said so: its silo died, or the call was lost.</summary>
    private async Task Look(long computing)
    {
        if (_lookedAt is { } at && time.GetElapsedTime(at) < LookPeriod)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        if (await store.FindJob(computing) is not { Ended: false })
        {
            _known = await store.FindAnswer(this.GetPrimaryKeyString());
            Settle();
        }
    }

    /// <summary>Nobody computes any more. Where there is no answer, the first that asks again does.</summary>
    private void Settle()
    {
        _computing = null;
        DelayDeactivation(TimeSpan.FromTicks(-1));
        if (_known is { } known)
        {
            foreach (long waiting in _waiting)
            {
                GrainFactory.GetGrain<IJobGrain>(waiting).Adopt(known).InBackground(logger);
            }
        }

        _waiting.Clear();
    }
}
