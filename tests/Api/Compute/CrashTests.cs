using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Compute;

public sealed class CrashTests
{
    private const int Callers = 10;
    private const int JobsPerCaller = 200;

    [Fact]
    public async Task Every_job_answered_202_ends_right_though_the_process_is_killed_again_and_again()
    {
        var random = new Random(20260102);
        await using var service = new ServiceProcess();
        await service.Start();
        var accepted = new ConcurrentDictionary<string, string>();
        var news = Channel.CreateUnbounded<string>();
        Task[] submitters = [.. Enumerable.Range(0, Callers).Select(i => Submit(service, $"caller-{i}", i, accepted, news.Writer))];

        int seen = 0;
        for (int kill = 0; kill < 4; kill++)
        {
            // A moment is reached when so many more jobs were accepted, or when all are: the clock plays no part.
            for (int until = Math.Min(seen + random.Next(100, 600), Callers * JobsPerCaller); seen < until; seen++)
            {
                await news.Reader.ReadAsync();
            }

            await service.Kill();
            await service.Start();
        }

        await Task.WhenAll(submitters);
        Assert.Equal(Callers * JobsPerCaller, accepted.Count);
        await Parallel.ForEachAsync(accepted, async (pair, _) => await Check(service.Http, pair.Key, pair.Value));
        for (int i = 0; i < Callers; i++)
        {
            JsonElement caller = await service.Http.GetFromJsonAsync<JsonElement>($"/callers/caller-{i}");
            // A submission whose answer the kill swallowed may be stored besides: the caller sends it again.
            Assert.True(caller.GetProperty("done").GetInt64() >= JobsPerCaller);
            Assert.Equal(0, caller.GetProperty("failed").GetInt64());
        }
    }

    [Fact]
    public async Task A_graceful_stop_ends_with_0_and_loses_nothing()
    {
        await using var service = new ServiceProcess();
        await service.Start();
        string batch = string.Join('\n', Enumerable.Range(0, 2_000).Select(i => $"{{\"number\":\"{1_000_003L * (i + 2)}\"}}"));
        using HttpResponseMessage answer = await service.Http.SendRaw("/compute/batch", batch, "stops");
        JsonElement ids = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ids");

        int code = await service.Stop();
        await service.Start();

        Assert.Equal(0, code);
        int i = 0;
        foreach (JsonElement id in ids.EnumerateArray())
        {
            await Check(service.Http, id.GetString()!, $"{1_000_003L * (i++ + 2)}");
        }
    }

    private static async Task Submit(
        ServiceProcess service,
        string caller,
        int seed,
        ConcurrentDictionary<string, string> accepted,
        ChannelWriter<string> news)
    {
        var random = new Random(seed);
        for (int i = 0; i < JobsPerCaller; i++)
        {
            string number = RandomNumber(random);
            string body = $"{{\"number\":\"{number}\"}}";
            while (true)
            {
                try
                {
                    using HttpResponseMessage answer = await service.Http.SendRaw("/compute", body, caller);
                    JsonElement job = await answer.Content.ReadFromJsonAsync<JsonElement>();
                    if (answer.IsSuccessStatusCode)
                    {
                        string id = job.GetProperty("id").GetString()!;
                        accepted[id] = number;
                        await news.WriteAsync(id);
                        break;
                    }
                }
                catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
                {
                    // It was killed: no answer is no promise, and a client asks again.
                    await service.Running;
                }
            }
        }
    }

    /// <summary>Mixed sizes: mostly small, one in twenty takes some tenths of a second.</summary>
    private static string RandomNumber(Random random)
    {
        int digits = random.Next(20) == 0 ? 40 : random.Next(1, 25);
        var text = new StringBuilder().Append(random.Next(1, 10));
        while (text.Length < digits)
        {
            text.Append(random.Next(10));
        }

        return text.ToString();
    }

    private static async Task Check(HttpClient http, string id, string number)
    {
        JsonElement job = await http.Ended(id);
        Assert.Equal("done", job.GetProperty("status").GetString());
        BigInteger product = BigInteger.One;
        foreach (JsonElement factor in job.GetProperty("result").GetProperty("factors").EnumerateArray())
        {
            BigInteger prime = BigInteger.Parse(factor.GetProperty("prime").GetString()!);
            Assert.True(IsProbablePrime(prime), $"{prime} is not prime.");
            product *= BigInteger.Pow(prime, factor.GetProperty("exponent").GetInt32());
        }

        Assert.Equal(BigInteger.Parse(number), product);
    }

    /// <summary>
    /// Fermat's test to some bases: enough to tell a factor from a composite left whole, and none of the service's
    /// code.
    /// </summary>
    private static bool IsProbablePrime(BigInteger n) =>
        new[] { 2, 3, 5, 7, 11, 13, 17 }.All(b => n == b || (n > 1 && BigInteger.ModPow(b, n - 1, n).IsOne));
}
