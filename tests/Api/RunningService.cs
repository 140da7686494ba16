using Turnstile.Harness;

namespace Turnstile.Api.Tests;

/// <summary>A service that the tests of a class share.</summary>
public sealed class RunningService : IAsyncLifetime
{
    private readonly ServiceProcess _process = new();

    public HttpClient Http => _process.Http;

    /// <summary>Where its data is.</summary>
    public string Folder => _process.Folder;

    public Task InitializeAsync() => _process.Start();

    public async Task DisposeAsync() => await _process.DisposeAsync();
}
