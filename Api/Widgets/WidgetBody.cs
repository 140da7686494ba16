using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>A widget as JSON: of the ports that it has, who is connected, or null.</summary>
internal sealed record WidgetBody(
    string Name, string SerialNumber, IReadOnlyList<string> Ports, IReadOnlyDictionary<string, string?> Connections)
{
    private static readonly PortType[] AllPorts = [PortType.P, PortType.R, PortType.Q];

    public static WidgetBody Of(WidgetView widget)
    {
        var ports = new List<string>(AllPorts.Length);
        var connections = new Dictionary<string, string?>(AllPorts.Length);
        foreach (PortType port in AllPorts)
        {
            if (widget.Has(port))
            {
                ports.Add(PortNames.Of(port));
                connections.Add(PortNames.Of(port), widget.Peer(port));
            }
        }

        return new WidgetBody(widget.Name, widget.Serial, ports, connections);
    }
}

/// <summary>A new widget: name and serial number of 1 to 64 characters, 1 to 3 different ports of P, R and Q.</summary>
internal sealed record NewWidgetBody(string Name, string SerialNumber, IReadOnlyList<string> Ports);

/// <summary>A connection of two widgets at the port type P, R or Q of both.</summary>
internal sealed record AssociationBody(string PortType, string WidgetSerialNum, string PeerWidgetSerialNum);

/// <summary>Both widgets after they were connected.</summary>
internal sealed record AssociatedBody(WidgetBody Widget, WidgetBody PeerWidget);

/// <summary>What became of a batch, line by line.</summary>
internal sealed record BatchBody(int Succeeded, int Failed, IReadOnlyList<LineBody> Results);

/// <summary>
/// What became of a line: the status that the same request would have had by itself and, unless it succeeded, why.
/// </summary>
/// <param name="Line">Counted from 1; in an array the place of the element.</param>
/// <param name="Status">200 or 201 where it was done; otherwise nothing was.</param>
/// <param name="Error">What is wrong.</param>
internal sealed record LineBody(int Line, int Status, string? Error = null);
