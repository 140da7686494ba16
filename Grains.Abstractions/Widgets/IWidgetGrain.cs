namespace Turnstile.Widgets;

/// <summary>A widget; the key is its serial number. Every change is on disk when it returns.</summary>
[Alias("turnstile.IWidgetGrain")]
public interface IWidgetGrain : IGrainWithStringKey
{
    /// <summary>The widget; null where there is none of this serial number.</summary>
    Task<WidgetView?> View();

    /// <returns>Created, Repeated or SerialTaken.</returns>
    Task<WidgetOutcome> Create(string name, PortSet ports);

    /// <returns>Deleted or NoWidget.</returns>
    Task<WidgetOutcome> Delete();

    /// <returns>Connected, NoWidget (of either), WithItself or NoPort (of either).</returns>
    Task<WidgetOutcome> Connect(PortType port, string peer);

    /// <returns>Disconnected, NoWidget, NoPort or NotConnected.</returns>
    Task<WidgetOutcome> Disconnect(PortType port);
}
