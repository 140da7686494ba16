using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Turnstile.Harness;
using Turnstile.Load;

namespace Turnstile.Cluster.Tests;

/// <summary>
/// Callers that submit numbers with known factors until they are told to stop, each with a few jobs open at a time. Every
/// submission has an idempotency key, so that one whose answer was lost can be sent again and is still one job.
/// </summary>
internal sealed class JobLoad
{
    private const int OpenMax = 6;

    private readonly GatewayClient _client;
    private readonly string _name;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Question> _accepted = new();
    private readonly Task[] _callers;

    /// <param name="client">The gateways.</param>
    /// <param name="name">Begins the callers' names, which no other load may use.</param>
    /// <param name="callers">How many there are.</param>
    public JobLoad(GatewayClient client, string name, int callers)
    {
        _client = client;
        _name = name;
        _callers = [.. Enumerable.Range(0, callers).Select(i => Task.Run(() => Submit($"{name}-{i}", i)))];
    }

    /// <summary>Jobs answered 202 so far.</summary>
    public int Accepted => _accepted.Count;

    /// <summary>Waits until so many more have been accepted.</summary>
    public async Task Progress(int jobs)
    {
        int until = Accepted + jobs;
        while (Accepted < until)
        {
            if (_callers.FirstOrDefault(caller => caller.IsFaulted) is { } failed)
                await failed;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Ends the load and checks that every job has ended once, with its answer.</summary>
    public async Task Verify(PostgresProgram postgres)
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        await Parallel.ForEachAsync(
            _accepted,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (job, _) => Check(await Ended(job.Key), job.Value));
        string mine = $"name LIKE '{_name}-%'";
        Assert.Equal(_accepted.Count, await postgres.Scalar($"SELECT SUM(done) FROM callers WHERE {mine}"));
        Assert.Equal(0, await postgres.Scalar($"SELECT SUM(failed + cancelled) FROM callers WHERE {mine}"));
        Assert.Equal(
            _accepted.Count,
            await postgres.Scalar($"SELECT COUNT(*) FROM jobs WHERE caller_id IN (SELECT id FROM callers WHERE {mine})"));
    }

    private static void Check(JsonElement job, Question question)
    {
        Assert.Equal(("done", question.Number), (job.GetProperty("status").GetString(), job.GetProperty("number").GetString()));
        Assert.Equal(
            [question.Small, question.Large],
            job.GetProperty("result").GetProperty("factors").EnumerateArray().Select(factor => factor.GetProperty("prime").GetString()));
    }

    private async Task Submit(string caller, int seed)
    {
        // The length of most numbers is milliseconds of work; every caller also has some that take many slices.
        var quick = new Semiprimes(digits: 10, numbers: 20_000, seed);
        var slow = new Semiprimes(digits: 27, numbers: 1_000, seed);
        var open = new Queue<string>();
        for (int i = 0; !_stop.IsCancellationRequested; i++)
        {
            Question question = i % 25 == 10 ? slow.Next() : quick.Next();
            JsonElement job = await _client.Ask(() => Request(caller, $"{caller}-{i}", question.Number), HttpStatusCode.Accepted);
            string id = job.GetProperty("id").GetString()!;
            _accepted[id] = question;
            open.Enqueue(id);
            if (open.Count > OpenMax)
                await Ended(open.Dequeue());
        }
    }

    private async Task<JsonElement> Ended(string id)
    {
        while (true)
        {
            JsonElement job = await _client.Get($"/compute/{id}?wait=30");
            if (job.GetProperty("status").GetString() is not ("queued" or "running"))
                return job;
        }
    }

    private static HttpRequestMessage Request(string caller, string key, string number)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/compute")
        {
            Content = new StringContent($$"""{"number":"{{number}}"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Caller-ID", caller);
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }
}
