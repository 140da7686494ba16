using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Console;

namespace Turnstile.Silo.Signals;

/// <summary>What a process tells about itself: metrics to be asked for, and traces and metrics sent where a collector is named.</summary>
public static class SignalComposition
{
    internal static readonly string Version =
        typeof(SignalComposition).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static void AddSignals(this IHostApplicationBuilder builder)
    {
        builder.Services.AddMetrics();
        builder.Services.AddOptions<SignalOptions>()
            .Bind(builder.Configuration.GetSection(SignalOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<Measurements>();

        // The slim host has set its own formatter after reading the configuration.
        builder.Services.PostConfigure<ConsoleLoggerOptions>(console =>
            console.FormatterName = builder.Configuration["Logging:Console:FormatterName"] ?? console.FormatterName);
        builder.AddExport();
    }

    /// <summary><c>GET /metrics</c>; who may read it is for the caller to say.</summary>
    public static RouteHandlerBuilder MapMetrics(this IEndpointRouteBuilder app)
    {
        // Made now, so that it measures from the start on and not from the first question.
        app.ServiceProvider.GetRequiredService<Measurements>();
        return app.MapGet("/metrics", Metrics)
            .WithTags("Operations")
            .WithSummary("What the service measures about itself, in the text format of Prometheus.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
    }

    private static ContentHttpResult Metrics(Measurements measurements)
    {
        var text = new PrometheusText();
        foreach (MeasuredInstrument instrument in measurements.Read())
        {
            text.Add(instrument);
        }

        text.Target($"service_name=\"turnstile\",service_version=\"{Version}\"");
        return TypedResults.Text(text.ToString(), PrometheusText.ContentType);
    }
}
