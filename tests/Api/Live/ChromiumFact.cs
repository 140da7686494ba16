using Microsoft.Playwright;

namespace Turnstile.Api.Tests.Live;

/// <summary>A test in a real browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public const string Browser = "/usr/bin/chromium";

    public ChromiumFactAttribute()
    {
        // Where tests have to be whole, a browser that is missing fails them.
        if (!File.Exists(Browser) && Environment.GetEnvironmentVariable("CI") is null)
        {
            Skip = $"There is no {Browser}; the package chromium has it.";
        }
    }
}

/// <summary>A browser without a window; started with the first page, ended with the tests.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>An empty page of a browser that has been nowhere, and what goes wrong in it.</summary>
    public async Task<BrowserPage> Open(BrowserNewContextOptions? options = null)
    {
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ChromiumFactAttribute.Browser,
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        IBrowserContext context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(60_000);
        return new BrowserPage(await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

/// <summary>A page, with everything that its scripts and its policy complained of, and everybody it asked.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    public BrowserPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) => Asked.Add(new Uri(request.Url).Authority);
    }

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    public HashSet<string> Asked { get; } = [];

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
