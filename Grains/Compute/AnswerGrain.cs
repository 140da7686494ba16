using Microsoft.Extensions.Logging;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>One question: who computes it, and who waits for that. The key is an <see cref="AnswerKey"/>.</summary>
internal sealed class AnswerGrain(JobStore store, ILogger<AnswerGrain> logger) : Grain, IAnswerGrain
{
    private readonly HashSet<long> _waiting = [];
    private long? _known;
    private long? _computing;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        _known = await store.FindAnswer(this.GetPrimaryKeyString());

    public Task<AnswerSource> Ask(long job)
    {
        if (_known is { } known)
        {
            return Task.FromResult(new AnswerSource { Job = known, Known = true });
        }

        long computing = _computing ??= job;
        if (computing != job)
        {
            _waiting.Add(job);
        }

        return Task.FromResult(new AnswerSource { Job = computing, Known = false });
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
}
