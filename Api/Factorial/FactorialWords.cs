using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>The words of the API for statuses.</summary>
internal static class FactorialWords
{
    private static readonly string[] Statuses = ["calculating", "uploading", "done", "failed"];

    public static string AllStatuses { get; } = string.Join(", ", Statuses);

    public static string Of(FactorialStatus status) => Statuses[(int)status];

    public static bool TryParse(string word, out FactorialStatus status)
    {
        status = (FactorialStatus)Array.IndexOf(Statuses, word);
        return (int)status >= 0;
    }
}
