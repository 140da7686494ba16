using Turnstile.Samples.StepFunctions;

using var service = new HttpClient { BaseAddress = new Uri(Setting("TURNSTILE_URL")) };
using var runtime = new HttpClient
{
    BaseAddress = new Uri($"http://{Setting("AWS_LAMBDA_RUNTIME_API")}"),
    // The runtime answers when there is an invocation, however long that takes.
    Timeout = Timeout.InfiniteTimeSpan,
};
string caller = Environment.GetEnvironmentVariable("TURNSTILE_CALLER") ?? "step-functions";
await LambdaRuntime.Run(runtime, new FactorialHandler(service, caller), CancellationToken.None);

static string Setting(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
