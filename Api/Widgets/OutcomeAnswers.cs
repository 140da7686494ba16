using Turnstile.Api.Http;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>What each outcome means over HTTP.</summary>
internal static class OutcomeAnswers
{
    public static int StatusOf(WidgetOutcome outcome) => outcome switch
    {
        WidgetOutcome.Created => StatusCodes.Status201Created,
        WidgetOutcome.Repeated or WidgetOutcome.Connected => StatusCodes.Status200OK,
        WidgetOutcome.Deleted or WidgetOutcome.Disconnected => StatusCodes.Status204NoContent,
        WidgetOutcome.SerialTaken => StatusCodes.Status409Conflict,
        WidgetOutcome.NoWidget or WidgetOutcome.NotConnected => StatusCodes.Status404NotFound,
        WidgetOutcome.NoPort or WidgetOutcome.WithItself => StatusCodes.Status422UnprocessableEntity,
        WidgetOutcome.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new InvalidOperationException($"{outcome.GetType()} has no answer."),
    };

    /// <summary>Why nothing was done; null where something was, or was so already.</summary>
    /// <param name="outcome">What became of the change.</param>
    /// <param name="serial">The widget that it was asked of.</param>
    public static string? DetailOf(WidgetOutcome outcome, string serial) => outcome switch
    {
        WidgetOutcome.SerialTaken => $"Another widget has the serial number '{serial}'.",
        WidgetOutcome.NoWidget no => $"There is no widget '{no.Serial}'.",
        WidgetOutcome.NotConnected => $"Nothing is connected to this port of the widget '{serial}'.",
        WidgetOutcome.NoPort no => $"The widget '{no.Serial}' has no port {PortNames.Of(no.Port)}.",
        WidgetOutcome.WithItself => "A widget cannot be connected with itself.",
        WidgetOutcome.Unavailable => "This was not done now; try it again.",
        _ => null,
    };

    /// <summary>The answer to a change that was not done.</summary>
    public static IResult Problem(WidgetOutcome outcome, string serial)
    {
        string detail = DetailOf(outcome, serial) ?? throw new InvalidOperationException($"{outcome.GetType()} is no problem.");
        return StatusOf(outcome) switch
        {
            StatusCodes.Status404NotFound => Problems.NotFound(detail),
            StatusCodes.Status409Conflict => Problems.Conflict(detail),
            _ => Problems.Unprocessable(detail),
        };
    }
}
