using System.Diagnostics;
using System.Globalization;
using Turnstile.Api.Tests.Compute;

namespace Turnstile.Api.Tests.Signals;

public sealed class MetricsTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Metrics_tell_of_jobs_requests_and_the_database()
    {
        string id = await service.Http.SubmitAccepted("measured", new { number = "1000000016000000063" });
        await service.Http.Ended(id);
        using HttpResponseMessage unknown = await service.Http.GetAsync("/compute/0000000000000");

        using HttpResponseMessage answer = await service.Http.GetAsync("/metrics");
        string metrics = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.True(Value(metrics, "turnstile_compute_jobs_submitted_total{operation=\"factorize\"}") >= 1);
        Assert.True(Value(metrics, "turnstile_compute_jobs_ended_total{operation=\"factorize\",status=\"done\"}") >= 1);
        Assert.True(Value(metrics, "turnstile_compute_wait_duration_seconds_count") >= 1);
        Assert.True(Value(metrics, "turnstile_storage_transaction_duration_seconds_count") >= 1);
        Assert.True(Value(metrics, "dotnet_process_memory_working_set_bytes") > 0);
        Assert.Contains("http_server_request_duration_seconds_count{", metrics, StringComparison.Ordinal);
        Assert.Contains("http_response_status_code=\"404\"", metrics, StringComparison.Ordinal);
        Assert.Contains("target_info{service_name=\"turnstile\"", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_callers_and_jobs_are_no_labels()
    {
        string id = await service.Http.SubmitAccepted("a-caller-of-that-name", new { number = "15" });
        await service.Http.Ended(id);

        string metrics = await service.Http.GetStringAsync("/metrics");

        Assert.DoesNotContain("a-caller-of-that-name", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(id, metrics, StringComparison.Ordinal);
    }

    [PromtoolFact]
    public async Task Prometheus_reads_the_metrics()
    {
        string metrics = await service.Http.GetStringAsync("/metrics");

        (int code, string output) = await PromtoolFactAttribute.Run(metrics, "check", "metrics");

        // 3 is about naming alone: .NET's own instruments are not all called as Prometheus would.
        Assert.True(code is 0 or 3, output);
        Assert.DoesNotContain("turnstile_", output, StringComparison.Ordinal);
    }

    private static double Value(string metrics, string series)
    {
        string line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"There is no {series} in:\n{metrics}");
        return double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }
}

/// <summary>A test that needs Prometheus' own tool to judge what is written for it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PromtoolFactAttribute : FactAttribute
{
    private const string Tool = "/usr/bin/promtool";

    public PromtoolFactAttribute()
    {
        // Where tests have to be whole, a tool that is missing fails them.
        if (!File.Exists(Tool) && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = $"There is no {Tool}; the package prometheus has it.";
        }
    }

    /// <summary>Runs it on a text, or with arguments alone.</summary>
    public static async Task<(int Code, string Output)> Run(string? input, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Tool, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync() + await error;
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
