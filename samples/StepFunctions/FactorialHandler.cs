using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Turnstile.Samples.StepFunctions;

/// <summary>
/// The Lambda function of <c>factorial.asl.json</c>: asks for a factorial, or looks how it stands. The digits are not
/// carried through the state machine, whose messages are limited to 256 KiB: <c>object_key</c> says where they are.
/// </summary>
/// <param name="http">Its base address is the service's.</param>
/// <param name="caller">In whose name the service computes.</param>
public sealed class FactorialHandler(HttpClient http, string caller)
{
    /// <exception cref="BadNumberException">
    /// The service does not take the number; trying again does not help.
    /// </exception>
    /// <exception cref="ComeBackLaterException">The service cannot be reached or has too much to do.</exception>
    public async Task<FactorialState> Handle(FactorialTask task, CancellationToken cancellation)
    {
        try
        {
            using HttpRequestMessage request = Request(task);
            using HttpResponseMessage answer = await http.SendAsync(request, cancellation);
            return answer.StatusCode switch
            {
                HttpStatusCode.BadRequest => throw new BadNumberException($"'{task.Number}' is no number that is taken."),
                HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                    throw new ComeBackLaterException($"The service answered {(int)answer.StatusCode}."),
                _ => await answer.EnsureSuccessStatusCode().Content
                    .ReadFromJsonAsync(HandlerJson.Default.FactorialState, cancellation)
                    ?? throw new InvalidDataException("The service answered nothing."),
            };
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            throw new ComeBackLaterException($"The service cannot be reached: {e.Message}");
        }
    }

    /// <summary>
    /// Asking again for what is known answers how it stands without the digits, so a look is a wish too.
    /// </summary>
    private HttpRequestMessage Request(FactorialTask task)
    {
        if (task.Action is not ("ask" or "look"))
        {
            throw new ArgumentException($"'{task.Action}' is neither ask nor look.", nameof(task));
        }

        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/factorial")
        {
            Content = JsonContent.Create(new FactorialWish(task.Number), HandlerJson.Default.FactorialWish),
        };
        request.Headers.Add("X-Caller-ID", caller);
        return request;
    }
}

/// <summary>What the state machine hands to the function.</summary>
public sealed record FactorialTask(string Action, string Number);

/// <summary>What the function hands to the state machine.</summary>
public sealed record FactorialState(
    string Number, string Status, int? Digits, string? Checksum, string? ObjectKey, string? Error);

/// <summary>The body of a wish.</summary>
public sealed record FactorialWish(string Number);

/// <summary>The number is not one that the service takes.</summary>
public sealed class BadNumberException(string message) : Exception(message);

/// <summary>Nothing was done; the same call may work later.</summary>
public sealed class ComeBackLaterException(string message) : Exception(message);

[JsonSerializable(typeof(FactorialTask))]
[JsonSerializable(typeof(FactorialState))]
[JsonSerializable(typeof(FactorialWish))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
public sealed partial class HandlerJson : JsonSerializerContext;
