using System.Text;
using System.Text.Json;

namespace Turnstile.Fuzz;

/// <summary>Whether an answer is one that the contract allows.</summary>
public static class Judge
{
    // Given by what stands before every endpoint, whatever it is asked.
    private static readonly HashSet<int> OfTheServer = [400, 404, 405, 408, 411, 413, 414, 415, 416, 417, 431];

    /// <returns>What is wrong, or null.</returns>
    public static string? Fault(FuzzedRequest request, Answer answer)
    {
        if (answer.Status == 0)
        {
            return request is { IsHttp: true, Delivery: Delivery.Whole or Delivery.Pieces } ? "was not answered" : null;
        }

        if (answer.Status >= 500 && answer.Status != 503)
        {
            return $"was answered {answer.Status}: {Encoding.UTF8.GetString(answer.Body)}";
        }

        if (request.IsOfOperation && request.Delivery == Delivery.Whole
            && !request.Operation.Statuses.Contains(answer.Status) && !OfTheServer.Contains(answer.Status))
        {
            return $"was answered {answer.Status}, which {request.Operation.Method} {request.Operation.Path} does not promise";
        }

        return request.IsHttp ? FaultOfBody(answer) : null;
    }

    private static string? FaultOfBody(Answer answer)
    {
        if (answer.Body.Length == 0 || !answer.Media.EndsWith("json", StringComparison.Ordinal))
        {
            return answer is { Status: >= 400, Body.Length: > 0, Media: not "text/plain" } ? $"has a problem in {answer.Media}" : null;
        }

        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            bool isProblem = answer.Media == "application/problem+json";
            return isProblem != answer.Status >= 400 ? $"was answered {answer.Status} in {answer.Media}"
                : isProblem && json.RootElement.GetProperty("status").GetInt32() != answer.Status ? "has a problem of another status"
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            return $"has a body that is not what it says: {e.Message}";
        }
    }
}
