using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>The words of the API for operations and statuses.</summary>
internal static class Words
{
    private static readonly string[] Operations = ["factorize", "factorial", "is_prime", "next_prime"];
    private static readonly string[] Statuses = ["queued", "running", "done", "failed", "cancelled"];

    private static readonly string?[] Reasons = [null, "turn", "max_running", "retry", "store"];

    public static string AllOperations { get; } = string.Join(", ", Operations);

    public static string AllStatuses { get; } = string.Join(", ", Statuses);

    public static string Of(JobOperation operation) => Operations[(int)operation];

    public static string Of(JobStatus status) => Statuses[(int)status];

    /// <summary>Null where nothing waits.</summary>
    public static string? Of(WaitReason reason) => Reasons[(int)reason];

    public static bool TryParse(string word, out JobOperation operation)
    {
        operation = (JobOperation)Array.IndexOf(Operations, word);
        return (int)operation >= 0;
    }

    public static bool TryParse(string word, out JobStatus status)
    {
        status = (JobStatus)Array.IndexOf(Statuses, word);
        return (int)status >= 0;
    }
}
