using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Turnstile.Api.Keys;

namespace Turnstile.Api.Tests.Keys;

public sealed class KeyRingTests : IAsyncDisposable
{
    private const string First = "first-key-0123456789";
    private const string Second = "second-key-0123456789";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("turnstile-");
    private readonly WebApplication _app;
    private readonly KeyRing _keys;

    public KeyRingTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        Write(First);
        builder.Configuration.AddJsonFile(Settings, optional: true, reloadOnChange: false);
        builder.AddKeys();
        _app = builder.Build();
        _keys = _app.Services.GetRequiredService<KeyRing>();
    }

    private string Settings => Path.Combine(_folder.FullName, "settings.json");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_key_that_is_changed_while_the_service_runs_opens_at_once_and_the_old_one_no_more()
    {
        Write(Second);
        Reload();

        Assert.Null(_keys.Find(First));
        Assert.Equal(new Identity("north", false), _keys.Find(Second));
    }

    [Fact]
    public void A_configuration_that_is_gone_for_a_moment_does_not_open_the_service_to_everybody()
    {
        File.Delete(Settings);
        Reload();
        Assert.False(_keys.IsOpen);
        Assert.NotNull(_keys.Find(First));

        Write(Second);
        Reload();
        Assert.NotNull(_keys.Find(Second));
    }

    [Fact]
    public void A_bad_key_that_is_written_while_the_service_runs_leaves_the_keys_as_they_are()
    {
        Write("short");
        Reload();

        Assert.NotNull(_keys.Find(First));
        Assert.Null(_keys.Find("short"));
    }

    private void Write(string key) =>
        File.WriteAllText(Settings, $$"""{"Keys":[{"Account":"north","Key":"{{key}}"}]}""");

    private void Reload() => ((IConfigurationRoot)_app.Configuration).Reload();
}
