using System.Net.Http.Json;
using System.Numerics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Turnstile.Api.Tests.Compute;
using Turnstile.Harness;
using static Microsoft.Playwright.Assertions;

namespace Turnstile.Api.Tests.Live;

/// <summary>The live console as somebody uses it.</summary>
public sealed class ConsoleTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Semiprime = "100000000000000000050700000000000000004563";

    private static readonly LocatorAssertionsToContainTextOptions Patience = new() { Timeout = 60_000 };

    private readonly Chromium _chromium = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _chromium.DisposeAsync();

    [ChromiumFact]
    public async Task A_number_is_submitted_from_the_keyboard_followed_and_its_factors_are_seen()
    {
        await using BrowserPage browser = await Open();
        IPage page = browser.Page;

        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#number")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(Semiprime);
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#followed")).ToContainTextAsync("100000000000000000039", Patience);
        await Expect(page.Locator("#followed")).ToContainTextAsync("1000000000000000000117", Patience);
        await Expect(page.Locator("#followed .status")).ToHaveTextAsync("done");
        await page.Locator("#followed a").ClickAsync();
        await Expect(page.Locator("#job h1")).ToContainTextAsync("Job");
        await Expect(page.Locator("#job")).ToContainTextAsync("Multiplied back in this browser: it is the number.", Patience);
        await Expect(page.Locator("#job .timeline")).ToContainTextAsync("waiting");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#latest")).ToContainTextAsync("console", Patience);
        Assert.Empty(browser.Complaints);
        Assert.Equal(service.Http.BaseAddress!.Authority, Assert.Single(browser.Asked));
    }

    [ChromiumFact]
    public async Task Callers_with_work_stand_beside_what_they_have_a_right_to_and_workers_show_what_they_run()
    {
        // Numbers that take longer than the test looks; they are cancelled in the end.
        string[] jobs = await Task.WhenAll(
            service.Http.SubmitAccepted("tortoise", new { number = Rough(1) }),
            service.Http.SubmitAccepted("hare", new { number = Rough(2) }),
            service.Http.SubmitAccepted("hare", new { number = Rough(3) }));
        await using BrowserPage browser = await Open();

        await Expect(browser.Page.Locator("#callers")).ToContainTextAsync("tortoise", Patience);
        await Expect(browser.Page.Locator("#callers")).ToContainTextAsync("of 50 %", Patience);
        await Expect(browser.Page.Locator("#ribbon svg")).ToHaveAttributeAsync(
            "aria-label", new Regex("hare gets", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(browser.Page.Locator("#workers")).ToContainTextAsync("factorize for", Patience);
        foreach (string job in jobs)
        {
            using HttpResponseMessage cancelled = await service.Http.DeleteAsync($"/compute/{job}");
        }

        await Expect(browser.Page.Locator("#workers .busy")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        Assert.Empty(browser.Complaints);
    }

    [ChromiumFact]
    public async Task A_bad_number_is_told_beside_the_form()
    {
        await using BrowserPage browser = await Open();

        await browser.Page.Locator("#number").FillAsync("twelve");
        await browser.Page.Locator("#submit button").ClickAsync();

        await Expect(browser.Page.Locator("#submit-problem")).ToContainTextAsync("number", Patience);
    }

    [ChromiumFact]
    public async Task A_widget_is_looked_up_and_its_connections_are_drawn()
    {
        foreach (string serial in new[] { "one", "two", "three" })
        {
            using HttpResponseMessage made = await service.Http.PostAsJsonAsync(
                "/widgets", new { name = $"Widget {serial}", serial_number = serial, ports = new[] { "P", "R" } });
        }

        foreach ((string port, string from, string to) in new[] { ("P", "one", "two"), ("R", "two", "three") })
        {
            using HttpResponseMessage joined = await service.Http.PutAsJsonAsync(
                "/widgets/associations", new { port_type = port, widget_serial_num = from, peer_widget_serial_num = to });
        }

        await using BrowserPage browser = await Open();
        IPage page = browser.Page;
        await page.Locator("#serial").FillAsync("one");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#widget-body svg .node")).ToHaveCountAsync(3);
        await Expect(page.Locator("#widget-body svg line")).ToHaveCountAsync(2);
        await page.Locator("#widget-body .node").Filter(new() { HasText = "three" }).ClickAsync();
        await Expect(page.Locator("#widget-body .lead")).ToContainTextAsync("Widget three");
        Assert.Empty(browser.Complaints);
    }

    [ChromiumFact]
    public async Task A_dead_letter_is_seen_with_its_reason_and_replayed()
    {
        // There is no source of rates: an amount in another currency is a dead letter at once.
        using HttpResponseMessage taken = await service.Http.PostAsJsonAsync("/events", new
        {
            id = 77, player_id = 7, game_id = 100, type = "bet", amount = 500, currency = "USD", has_won = false,
            created_at = "2022-02-02T23:45:00Z",
        });
        await using BrowserPage browser = await Open();
        ILocator letter = browser.Page.Locator("#events .dead li").Filter(new() { HasText = "#77" });
        await Expect(letter).ToContainTextAsync("No rate for USD", Patience);

        IResponse replayed = await browser.Page.RunAndWaitForResponseAsync(
            () => letter.GetByRole(AriaRole.Button).ClickAsync(), "**/dead-letters/events/77/retry");

        Assert.Equal(202, replayed.Status);
        Assert.Empty(browser.Complaints);
    }

    [ChromiumFact]
    public async Task Counted_ids_and_a_factorial_appear()
    {
        await using BrowserPage browser = await Open();
        using HttpResponseMessage counted = await service.Http.GetAsync("/api/verve/accept?id=4711");
        await browser.Page.Locator("#n").FillAsync("25");
        await browser.Page.Keyboard.PressAsync("Enter");

        await Expect(browser.Page.Locator("#factorials-body")).ToContainTextAsync("25!", Patience);
        await Expect(browser.Page.Locator("#factorials-body .status.done").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(browser.Page.Locator("#accept svg rect.now")).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        Assert.Empty(browser.Complaints);
    }

    [ChromiumFact]
    public async Task The_theme_follows_the_system_until_it_is_chosen()
    {
        await using BrowserPage browser = await Open(new() { ColorScheme = ColorScheme.Dark });
        Task<string> Paper() => browser.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        string dark = await Paper();

        await browser.Page.Locator("#theme").ClickAsync();

        Assert.NotEqual(dark, await Paper());
        await browser.Page.ReloadAsync();
        Assert.NotEqual(dark, await Paper());
    }

    [ChromiumFact]
    public async Task On_a_telephone_nothing_is_wider_than_the_screen()
    {
        await using BrowserPage browser = await Open(new() { ViewportSize = new() { Width = 360, Height = 740 } });
        await Expect(browser.Page.Locator("#live")).ToContainTextAsync("live", Patience);

        int width = await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");

        Assert.True(width <= 360, $"The page is {width} wide.");
    }

    [ChromiumFact]
    public async Task Behind_keys_the_console_asks_for_one_and_keeps_it_to_its_tab()
    {
        const string Key = "console-key-0123456789";
        await using var guarded = new ServiceProcess("--Keys:0:Account=north", $"--Keys:0:Key={Key}");
        await guarded.Start();
        await using BrowserPage browser = await _chromium.Open();
        IPage page = browser.Page;
        await page.GotoAsync(guarded.Address.ToString());

        await Expect(page.Locator("#key-dialog")).ToBeVisibleAsync();
        await page.Locator("#key-value").FillAsync("not-the-key-0123456789");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#key-problem")).ToContainTextAsync("not known", Patience);
        await page.Locator("#key-value").FillAsync(Key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#live")).ToHaveTextAsync("live", new() { Timeout = 60_000 });

        await page.Locator("#submit button").ClickAsync();
        await Expect(page.Locator("#followed")).ToContainTextAsync("100000000000000000039", Patience);
        await Expect(page.Locator("#latest")).ToContainTextAsync("console", Patience);
        Assert.Equal(Key, await page.EvaluateAsync<string>("sessionStorage.getItem('turnstile.key')"));
        Assert.Equal(0, await page.EvaluateAsync<int>("Object.values(localStorage).filter(value => value.includes('key')).length"));
    }

    [ChromiumFact]
    public async Task A_late_refusal_of_a_request_without_a_key_says_nothing_of_the_key_that_came_meanwhile()
    {
        await using var guarded = new ServiceProcess("--Keys:0:Account=north", "--Keys:0:Key=console-key-0123456789");
        await guarded.Start();
        await using BrowserPage browser = await _chromium.Open();
        IPage page = browser.Page;
        var held = new TaskCompletionSource<IRoute>();
        await page.RouteAsync("**/widgets?*", route => held.TrySetResult(route) ? Task.CompletedTask : route.ContinueAsync());
        await page.GotoAsync(guarded.Address.ToString());

        await Expect(page.Locator("#key-dialog")).ToBeVisibleAsync();
        IRoute late = await held.Task;
        await page.Locator("#key-value").FillAsync("not-the-key-0123456789");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#key-problem")).ToContainTextAsync("not known", Patience);
        IResponse refusal = await page.RunAndWaitForResponseAsync(
            () => late.ContinueAsync(), response => response.Request == late.Request);
        await refusal.FinishedAsync();

        // A later answer: the page has done with this one whatever it does.
        await page.EvaluateAsync("fetch('/health/live').then(answer => answer.text())");
        Assert.Equal(401, refusal.Status);
        await Expect(page.Locator("#key-problem")).ToContainTextAsync("not known");
    }

    private async Task<BrowserPage> Open(BrowserNewContextOptions? options = null)
    {
        BrowserPage browser = await _chromium.Open(options);
        await browser.Page.GotoAsync(service.Http.BaseAddress!.ToString());
        return browser;
    }

    /// <summary>The product of two primes of 60 digits, years of work, and a small number.</summary>
    private static string Rough(int times) => (times * BigInteger.Parse(
        "300000000000000000000000000000000000000000000000000000037474100000000000000000000000000000000000000000000000000012097689"))
        .ToString();
}
