using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

/// <summary>What the tests of widgets share: a database, silos on it, and kills between them.</summary>
public abstract class WidgetSuite(StoreHome home) : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<WidgetHost> _hosts = [];
    private readonly List<string> _folders = [];

    protected StoreHome Home => home;

    private protected StorageOptions Storage { get; private set; } = new();

    public async Task InitializeAsync()
    {
        await home.Create();
        home.Configure(Storage);
    }

    public async Task DisposeAsync()
    {
        foreach (WidgetHost host in _hosts)
        {
            await host.DisposeAsync();
        }

        await home.DisposeAsync();
        foreach (string folder in _folders)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private protected async Task<WidgetHost> Start(params (string Name, string Value)[] settings)
    {
        WidgetHost host = await WidgetHost.Start(Storage, settings);
        _hosts.Add(host);
        return host;
    }

    private protected async Task Stop(WidgetHost host)
    {
        _hosts.Remove(host);
        await host.DisposeAsync();
    }

    /// <summary>
    /// A silo on what the operating system would have of this one if it were killed now. On a server the database is the
    /// same, and the silo that was abandoned still runs.
    /// </summary>
    private protected async Task<WidgetHost> StartAfterKill(WidgetHost killed, params (string Name, string Value)[] settings)
    {
        if (Storage.ConnectionString is null)
        {
            WritingPause pause = await WritingPause.Begin(killed.Database);
            string folder = Directory.CreateTempSubdirectory("turnstile-killed-").FullName;
            _folders.Add(folder);
            string path = Path.Combine(folder, "turnstile.db");
            foreach (string suffix in new[] { "", "-wal" })
            {
                File.Copy(Storage.Path + suffix, path + suffix);
            }

            CopyLog(Storage.Path + "-widgets", path + "-widgets");
            pause.End();
            Storage = new StorageOptions { Path = path };
        }

        return await Start(settings);
    }

    private protected static Task<WidgetOutcome> Create(WidgetHost host, string serial, PortSet ports = PortSet.All) =>
        host.Widget(serial).Create($"widget {serial}", ports);

    /// <summary>Whatever was done before: both ends of every connection say so, and have the port.</summary>
    private protected static void AssertSymmetric(IReadOnlyCollection<WidgetView> all)
    {
        Dictionary<string, WidgetView> known = all.ToDictionary(widget => widget.Serial);
        foreach (WidgetView widget in all)
        {
            foreach (PortType port in Enum.GetValues<PortType>())
            {
                if (widget.Peer(port) is { } peer)
                {
                    Assert.True(widget.Has(port), $"{widget} is connected at a port that it lacks.");
                    Assert.True(known.TryGetValue(peer, out WidgetView? other), $"{widget} is connected to {peer}, which is not there.");
                    Assert.True(other.Peer(port) == widget.Serial, $"{widget} and {other} do not agree.");
                }
            }
        }
    }

    private static void CopyLog(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
