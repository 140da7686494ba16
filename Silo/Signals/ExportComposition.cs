using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Turnstile.Grains;

namespace Turnstile.Silo.Signals;

/// <summary>
/// Sends traces and metrics to an OpenTelemetry collector, where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. Where none is
/// named, nothing of it is there.
/// </summary>
public static class ExportComposition
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static bool IsWanted(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[Endpoint]);

    internal static void AddExport(this IHostApplicationBuilder builder)
    {
        if (!IsWanted(builder.Configuration))
        {
            return;
        }

        // The server's own spans say of a request what OpenTelemetry's conventions want, if they are let.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        // What the program sets by itself, OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES may set otherwise.
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .Clear()
                .AddService("turnstile", serviceVersion: SignalComposition.Version)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithTracing(traces => traces
                .AddSource(Traces.SourceName, "Microsoft.AspNetCore", "Npgsql")
                .AddOtlpExporter())
            .WithMetrics(metrics => metrics
                .AddMeter("Turnstile.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddView(ViewOf)
                .AddOtlpExporter());
    }

    /// <summary>Where traces are exported, has the grains that a request calls belong to its trace.</summary>
    public static void UseTraces(this IApplicationBuilder app)
    {
        if (!IsWanted(app.ApplicationServices.GetRequiredService<IConfiguration>()))
        {
            return;
        }

        app.Use(async (context, next) =>
        {
            if (Activity.Current is { } span && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
            {
                // The conventions' name; the server leaves its own, which is the same for all requests.
                span.DisplayName = $"{context.Request.Method} {route}";
                span.SetTag("http.route", route);
            }

            Traces.Carry();
            await next(context);
        });
    }

    /// <summary>
    /// Classes that grow with the values: from a tenth of a millisecond to hours, which no fixed ones span.
    /// </summary>
    private static MetricStreamConfiguration? ViewOf(Instrument instrument) =>
        instrument is Histogram<double> or Histogram<long> ? new Base2ExponentialBucketHistogramConfiguration() : null;
}
