using System.Globalization;
using System.Net;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialCrashTests
{
    [Fact]
    public async Task Every_factorial_answered_202_is_done_and_right_though_the_process_is_killed_on_the_way()
    {
        const int First = 18_000;
        const int Count = 40;
        var random = new Random(20260102);
        await using var service = new ServiceProcess();
        await service.Start();
        string numbers = string.Join(',', Enumerable.Range(First, Count));
        using HttpResponseMessage asked = await service.Http.SendRaw("/factorial/batch", $"{{\"numbers\":[{numbers}]}}", null);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);

        for (int kill = 0; kill < 3; kill++)
        {
            // A moment is reached when so many more objects are there: the clock plays no part.
            int until = Math.Min(Objects(service).Length + random.Next(1, 8), Count);
            while (Objects(service).Length < until)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }

            await service.Kill();
            await service.Start();
        }

        for (int number = First; number < First + Count; number++)
        {
            JsonElement factorial = await service.Http.ReadWhenEnded(number);
            string digits = FactorialClient.Factorial(number);
            Assert.Equal(digits, factorial.GetProperty("result").GetString());
            Assert.Equal(FactorialClient.Sha256(digits), factorial.GetProperty("checksum").GetString());
            Assert.Equal(digits, await File.ReadAllTextAsync(ObjectOf(service, number)));
        }
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(16_000)]
    public async Task An_object_flipped_by_one_bit_is_computed_again_logged_and_served_right(int number)
    {
        string digits = FactorialClient.Factorial(number);
        await using var service = new ServiceProcess();
        await service.Start();
        await service.Http.AskAndRead(number);
        await service.Stop();
        byte[] stored = await File.ReadAllBytesAsync(ObjectOf(service, number));
        stored[stored.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(ObjectOf(service, number), stored);
        await service.Start();

        using HttpResponseMessage answer = await service.Http.GetPlain(number);

        Assert.Equal(digits, await answer.Content.ReadAsStringAsync());
        Assert.Equal(digits, await File.ReadAllTextAsync(ObjectOf(service, number)));
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{number}! is computed again"), service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_object_is_computed_again()
    {
        string digits = FactorialClient.Factorial(12_345);
        await using var service = new ServiceProcess();
        await service.Start();
        await service.Http.AskAndRead(12_345);
        File.Delete(ObjectOf(service, 12_345));

        using HttpResponseMessage answer = await service.Http.GetPlain(12_345);

        Assert.Equal(digits, await answer.Content.ReadAsStringAsync());
        Assert.Equal(digits, await File.ReadAllTextAsync(ObjectOf(service, 12_345)));
    }

    [Fact]
    public async Task A_million_factorial_is_streamed_where_the_limit_allows_it()
    {
        await using var service = new ServiceProcess("--Factorial:Max=1000000");
        await service.Start();
        JsonElement factorial = await service.Http.AskAndRead(1_000_000);

        string digits = await service.Http.GetStringAsync(factorial.GetProperty("href").GetString());

        Assert.Equal(5_565_709, digits.Length);
        Assert.Equal(5_565_709, factorial.GetProperty("digits").GetInt32());
        Assert.Equal(FactorialClient.Sha256(digits), factorial.GetProperty("checksum").GetString());
        Assert.StartsWith("8263931688331240062376646103172666291135347978963873", digits, StringComparison.Ordinal);
    }

    private static string ObjectOf(ServiceProcess service, int number) =>
        Path.Combine(service.Folder, "data", "objects", "factorials", $"{number}.txt");

    private static string[] Objects(ServiceProcess service)
    {
        string folder = Path.Combine(service.Folder, "data", "objects", "factorials");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.txt") : [];
    }
}
