using System.Collections.Immutable;

namespace Turnstile.Compute;

/// <summary>Lists across callers, read from the store. The key is always 0.</summary>
[Alias("turnstile.IComputeIndexGrain")]
public interface IComputeIndexGrain : IGrainWithIntegerKey
{
    /// <summary>The callers of an account (null: of all accounts) in the order of their keys.</summary>
    Task<Page<CallerKey>> Callers(string? account, int limit, string? after);

    /// <summary>Whether a caller has ever submitted a job or been configured.</summary>
    Task<bool> Knows(CallerKey caller);

    /// <summary>The jobs submitted last, of all callers, newest first.</summary>
    Task<ImmutableArray<JobView>> Latest(int limit);

    /// <summary>Jobs that failed <c>MaxAttempts</c> times, newest first.</summary>
    Task<Page<JobView>> DeadLetters(string? account, int limit, long? after);
}
