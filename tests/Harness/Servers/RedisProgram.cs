namespace Turnstile.Harness;

/// <summary>A Redis server that writes down every change, so that the list of silos outlives it.</summary>
public sealed class RedisProgram : ServerProgram
{
    public string Connection => $"127.0.0.1:{Port}";

    protected override string StopSignal => "-TERM";

    protected override string[] Command() =>
    [
        "redis-server", "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", Folder, "--appendonly", "yes", "--save", "",
    ];
}
