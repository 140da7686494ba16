namespace Turnstile.Compute;

/// <summary>
/// A question that more than one job may ask: lets one of them compute and tells the others. It stores nothing; the jobs
/// ask again after a crash.
/// </summary>
[Alias("turnstile.IAnswerGrain")]
public interface IAnswerGrain : IGrainWithStringKey
{
    /// <summary>A job is about to compute the answer.</summary>
    /// <returns>
    /// The job that has it already, or that computes it now; the asking job itself where that is its part.
    /// </returns>
    Task<AnswerSource> Ask(long job);

    /// <summary>The job that computed has ended.</summary>
    /// <param name="job">The job.</param>
    /// <param name="answered">It found the answer; else another may compute.</param>
    Task Ended(long job, bool answered);
}

/// <summary>Whose answer a job gets.</summary>
[GenerateSerializer, Immutable, Alias("turnstile.AnswerSource")]
public sealed record AnswerSource
{
    [Id(0)] public required long Job { get; init; }

    /// <summary>That job has found it; else it is on its way.</summary>
    [Id(1)] public required bool Known { get; init; }
}
