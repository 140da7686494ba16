using System.Net.Http.Json;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Signals;

public sealed class ExportTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task A_job_is_one_trace_from_the_gateway_to_its_stored_end_and_metrics_are_sent_too()
    {
        await using Collector collector = await Collector.Start();
        await using var service = new ServiceProcess(
            $"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}",
            "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "--OTEL_BSP_SCHEDULE_DELAY=100",
            "--OTEL_METRIC_EXPORT_INTERVAL=200");
        await service.Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/compute");
        request.Content = JsonContent.Create(new { number = "1000000016000000063" });
        request.Headers.Add("X-Caller-ID", "traced");
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        using HttpResponseMessage accepted = await service.Http.SendAsync(request);
        string id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await service.Http.Ended(id);

        foreach (string span in new[] { "POST /compute", "caller submit", "lane wait", "job Factorize", "storage write" })
        {
            await Wait.Until($"the span '{span}' is exported", () => Task.FromResult(collector.Has("traces", span)));
        }

        // The request, its caller, the write of the job, its wait, the job itself and the write of its end.
        await Wait.Until(
            "six spans are of one trace",
            () => Task.FromResult(collector.Count("traces", Convert.FromHexString(TraceId)) >= 6));
        Assert.True(collector.Has("traces", id));
        await Wait.Until(
            "metrics are exported", () => Task.FromResult(collector.Has("metrics", "turnstile.compute.jobs.ended")));
    }

    [Fact]
    public async Task Logs_are_json_where_they_are_wanted_so_and_name_job_and_caller()
    {
        await using var service = new ServiceProcess(
            "--Logging:Console:FormatterName=json", "--Logging:LogLevel:Turnstile.Grains.Compute=Debug");
        await service.Start();
        string id = await service.Http.SubmitAccepted("logged", new { number = "15" });
        await service.Http.Ended(id);

        JsonElement line = default;
        await Wait.Until("the job's end is logged", () =>
        {
            line = service.Log.Split('\n')
                .Where(text => text.StartsWith('{'))
                .Select(text => JsonDocument.Parse(text).RootElement)
                .FirstOrDefault(json => json.TryGetProperty("State", out JsonElement state)
                    && state.TryGetProperty("Job", out JsonElement job) && job.GetString() == id);
            return Task.FromResult(line.ValueKind == JsonValueKind.Object);
        });

        Assert.Equal("logged", line.GetProperty("State").GetProperty("Caller").GetString()!.Trim('/'));
        Assert.Equal("Debug", line.GetProperty("LogLevel").GetString());
    }
}
