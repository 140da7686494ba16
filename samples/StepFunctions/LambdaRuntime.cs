using System.Net.Http.Json;
using System.Text.Json;

namespace Turnstile.Samples.StepFunctions;

/// <summary>
/// The loop of a Lambda function on the runtime <c>provided.al2023</c>: takes the next invocation from the runtime's HTTP
/// interface, hands it to the handler, and returns the outcome.
/// </summary>
public static class LambdaRuntime
{
    private const string Version = "2018-06-01";

    /// <param name="runtime">Its base address is <c>http://$AWS_LAMBDA_RUNTIME_API</c>.</param>
    /// <param name="handler">Handles the invocations, one after the other.</param>
    /// <param name="cancellation">Ends the loop.</param>
    public static async Task Run(HttpClient runtime, FactorialHandler handler, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            using HttpResponseMessage next = await runtime.GetAsync($"/{Version}/runtime/invocation/next", cancellation);
            string id = next.EnsureSuccessStatusCode().Headers.GetValues("Lambda-Runtime-Aws-Request-Id").First();
            string outcome = $"/{Version}/runtime/invocation/{id}";
            try
            {
                FactorialTask task = await next.Content.ReadFromJsonAsync(HandlerJson.Default.FactorialTask, cancellation)
                    ?? throw new JsonException("The invocation is empty.");
                FactorialState state = await handler.Handle(task, cancellation);
                using HttpResponseMessage told = await runtime.PostAsJsonAsync(
                    $"{outcome}/response", state, HandlerJson.Default.FactorialState, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // The type's name is what the state machine retries and catches by.
                using var error = new StringContent(
                    $$"""{"errorType":"{{e.GetType().Name}}","errorMessage":"{{JsonEncodedText.Encode(e.Message)}}"}""");
                error.Headers.Add("Lambda-Runtime-Function-Error-Type", e.GetType().Name);
                using HttpResponseMessage told = await runtime.PostAsync($"{outcome}/error", error, cancellation);
            }
        }
    }
}
