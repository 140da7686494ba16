namespace Turnstile.Grains.Compute;

/// <summary>
/// Finds which new jobs ask what has been answered before. Jobs that come while a lookup is on its way go with the next
/// one, so that looking costs a busy caller little. Belongs to one grain.
/// </summary>
/// <param name="store">Where answers are.</param>
/// <param name="found">Told of each job whose answer is known, and the job that found it.</param>
internal sealed class KnownAnswers(JobStore store, Action<long, long> found)
{
    private List<JobQuestion> _waiting = [];
    private bool _looking;

    /// <summary>Completes when there is nothing left to look up, or at once where another call sees to that.</summary>
    public async Task Look(IEnumerable<JobRow> jobs)
    {
        foreach (JobRow job in jobs)
        {
            if (AnswerKey.Of(job.Operation, job.Number) is { } question)
            {
                _waiting.Add(new JobQuestion(question, job.Id));
            }
        }

        if (_looking)
        {
            return;
        }

        _looking = true;
        try
        {
            while (_waiting.Count > 0)
            {
                List<JobQuestion> questions = _waiting;
                _waiting = [];
                await Find(questions);
            }
        }
        finally
        {
            _looking = false;
        }
    }

    private async Task Find(List<JobQuestion> questions)
    {
        foreach (JobAnswer answer in await store.FindAnswers(questions))
        {
            found(answer.Job, answer.Source);
        }
    }
}

/// <summary>What a job asks.</summary>
internal readonly record struct JobQuestion(string Question, long Job);

/// <summary>The answer to a job's question was found by another job.</summary>
internal readonly record struct JobAnswer(long Job, long Source);
