using System.Collections.Concurrent;
using System.Net;

namespace Turnstile.Fuzz;

/// <summary>Sends the requests of a maker over some connections and keeps what was wrong with the answers.</summary>
public sealed class FuzzRun(RequestMaker maker, IPEndPoint address)
{
    private const int FindingsMax = 50;

    // Longer than any answer may be held for what requests ask for, much shorter than for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentQueue<string> _findings = new();

    /// <summary>How many answers there were of each status; 0 stands for none.</summary>
    public IReadOnlyDictionary<int, int> Statuses => _statuses;

    /// <summary>What was wrong, the first of it.</summary>
    public IReadOnlyCollection<string> Findings => _findings;

    /// <summary>Sends the requests with the numbers from <paramref name="first"/> on.</summary>
    public async Task Send(int first, int count, int connections)
    {
        int next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(Work)));

        async Task Work()
        {
            RawConnection? connection = null;
            while (Interlocked.Increment(ref next) is var number && number < first + count)
            {
                connection = await Ask(number, connection);
            }

            connection?.Dispose();
        }
    }

    private async Task<RawConnection?> Ask(int number, RawConnection? connection)
    {
        FuzzedRequest request = maker.Make(number);
        using var patience = new CancellationTokenSource(Patience);
        Answer answer = Answer.None;
        string? fault;
        try
        {
            connection ??= await RawConnection.Open(address, patience.Token);
            answer = await connection.Ask(request, patience.Token);
            fault = Judge.Fault(request, answer);
        }
        catch (OperationCanceledException)
        {
            fault = $"was not answered in {Patience.TotalSeconds} s";
        }

        _statuses.AddOrUpdate(answer.Status, 1, static (_, count) => count + 1);
        if (fault is not null && _findings.Count < FindingsMax)
        {
            _findings.Enqueue($"Request {number} {fault}\n  {request}");
        }

        if (answer.KeepsAlive && request is { IsHttp: true, Delivery: Delivery.Whole or Delivery.Pieces })
        {
            return connection;
        }

        connection?.Dispose();
        return null;
    }
}
