using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>Port types as they are written: capital letters, nothing else.</summary>
internal static class PortNames
{
    public const string Fault = "Must be one of P, R and Q.";

    public static string Of(PortType port) => port switch
    {
        PortType.P => "P",
        PortType.R => "R",
        _ => "Q",
    };

    public static bool TryParse(string? name, out PortType port)
    {
        port = name switch
        {
            "R" => PortType.R,
            "Q" => PortType.Q,
            _ => PortType.P,
        };
        return name is "P" or "R" or "Q";
    }
}
