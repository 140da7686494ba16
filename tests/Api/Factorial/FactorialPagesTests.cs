using System.Net.Http.Json;
using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialPagesTests
{
    [Fact]
    public async Task Pages_go_on_over_numbers_that_were_asked_for_while_the_limit_was_higher()
    {
        await using var before = new ServiceProcess();
        await before.Start();
        using HttpResponseMessage asked = await before.Http.PostAsJsonAsync("/factorial/batch", new { numbers = new[] { 5, 15, 25 } });
        asked.EnsureSuccessStatusCode();
        await before.Stop();
        await using var after = new ServiceProcess("--Factorial:Max=10", $"--Storage:Path={Path.Combine(before.Folder, "turnstile.db")}");
        await after.Start();

        var numbers = new List<string>();
        string? cursor = "0";
        while (cursor is not null)
        {
            JsonElement page = await after.Http.GetFromJsonAsync<JsonElement>($"/factorial?limit=1&after={cursor}");
            numbers.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetString()!));
            cursor = page.GetProperty("next").GetString();
        }

        Assert.Equal(["5", "15", "25"], numbers);
    }
}
