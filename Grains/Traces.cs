using System.Diagnostics;

namespace Turnstile.Grains;

/// <summary>
/// The spans of this service; source <c>Turnstile</c>. Nobody listens unless traces are exported, and then all of this costs
/// one look at a field.
/// </summary>
/// <remarks>A trace goes from the gateway to the first grain with the call, and from a caller to its jobs with their queue.</remarks>
internal static class Traces
{
    public const string SourceName = "Turnstile";

    // The name under which W3C's Trace Context goes over the wire, and with grain calls.
    private const string Parent = "traceparent";

    private static readonly ActivitySource Source = new(SourceName);

    public static bool On => Source.HasListeners();

    /// <summary>The calls that follow belong to the span that is current here.</summary>
    public static void Carry()
    {
        if (On && Activity.Current?.Id is { } id)
        {
            RequestContext.Set(Parent, id);
        }
    }

    /// <summary>A span of a grain's turn, in the trace of whoever called; null where nobody listens or nothing is traced.</summary>
    public static Activity? StartTurn(string name) =>
        On && RequestContext.Get(Parent) is string parent ? Start(name, parent) : null;

    /// <summary>A span in the trace that a text names; one that began in the past where a time is given.</summary>
    public static Activity? Start(string name, string? parent, DateTimeOffset began = default) =>
        On && ActivityContext.TryParse(parent, null, isRemote: true, out ActivityContext context)
            ? Source.StartActivity(name, ActivityKind.Internal, context, startTime: began)
            : null;

    /// <summary>Has what is awaited seen as a span of the one that is current here.</summary>
    public static Task<T> Await<T>(Task<T> task, string name, string kind)
    {
        return On && Activity.Current is not null ? Watch(task, name, kind) : task;

        static async Task<T> Watch(Task<T> task, string name, string kind)
        {
            using Activity? span = Source.StartActivity(name, ActivityKind.Client);
            span?.SetTag("turnstile.writer", kind);
            return await task;
        }
    }
}
