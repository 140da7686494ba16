using System.Diagnostics;
using System.Net.Sockets;

namespace Turnstile.Load.Widgets;

/// <summary>
/// Clients that connect widgets at random, each within groups of its own, one request after another, until the time is over or the service
/// dies under them. What was answered is kept, and what was asked last.
/// </summary>
/// <param name="peers">Gets all that was answered.</param>
/// <param name="skewed">Nine of ten widgets are taken from one of a hundred; else all alike.</param>
/// <param name="groups">The groups of widgets that are changed; there is one for each client at least.</param>
internal sealed class AssociationMix(AcknowledgedPeers peers, bool skewed, Range groups)
{
    private const double HotShare = 0.9;
    private const double HotPart = 0.01;
    private const int BatchClients = 4;

    /// <summary>For each client what it asked and has no answer to.</summary>
    public List<IReadOnlyList<Association>> Unanswered { get; } = [];

    /// <summary>Times of the answers.</summary>
    public Percentiles Times { get; } = new();

    /// <summary>Batches of <see cref="WidgetClient.BatchMax"/> lines on a few connections.</summary>
    public Task RunBatches(HttpClient http, Progress progress, TimeSpan time) => RunAll(BatchClients, progress, async (random, group) =>
    {
        var client = new WidgetClient(http);
        var body = new WidgetBodies();
        return await Run(WidgetClient.BatchMax, random, group, progress, time, async asked =>
        {
            body.Clear();
            foreach (Association association in asked)
            {
                body.Add(association);
            }

            return await client.Connect(body.Written, asked.Count);
        });
    });

    /// <summary>Requests of one connection each.</summary>
    public Task RunSingles(Uri address, Progress progress, TimeSpan time, int clients) => RunAll(clients, progress, async (random, group) =>
    {
        await using BareConnection connection = await BareConnection.Open(address);
        var body = new WidgetBodies();
        bool[] done = [false];
        return await Run(1, random, group, progress, time, async asked =>
        {
            body.Clear();
            body.Add(asked[0]);
            int status = await connection.Put(WidgetClient.Associations, body.Written);
            done[0] = status switch
            {
                200 => true,
                503 => false,
                _ => throw new InvalidDataException($"{asked[0]} was answered {status}."),
            };
            return done;
        });
    });

    private async Task RunAll(int clients, Progress progress, Func<Random, Func<int>, Task<List<Association>>> client)
    {
        (int first, int count) = groups.GetOffsetAndLength(AcknowledgedPeers.Groups);
        List<Association>[] unanswered = await Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(() =>
        {
            var random = new Random(number);
            int own = (count - number + clients - 1) / clients;
            return client(random, () => first + number + (random.Next(own) * clients));
        })));
        Unanswered.AddRange(unanswered.Where(asked => asked.Count > 0));
        progress.Finish();
    }

    /// <returns>What has no answer: nothing, unless the service died.</returns>
    private async Task<List<Association>> Run(
        int size,
        Random random,
        Func<int> group,
        Progress progress,
        TimeSpan time,
        Func<List<Association>, Task<bool[]>> ask)
    {
        var asked = new List<Association>(size);
        while (progress.Elapsed < time)
        {
            asked.Clear();
            for (int i = 0; i < size; i++)
            {
                asked.Add(Any(random, group()));
            }

            long start = Stopwatch.GetTimestamp();
            bool[] done;
            try
            {
                done = await ask(asked);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or SocketException)
            {
                return asked;
            }

            Times.Add(Stopwatch.GetElapsedTime(start));
            for (int i = 0; i < size; i++)
            {
                if (done[i])
                {
                    peers.Connect(asked[i]);
                }
            }

            progress.Add(done.Count(one => one));
        }

        return [];
    }

    private Association Any(Random random, int group)
    {
        int one = Pick(random);
        int other = Pick(random);
        other = one == other ? (other + 1) % peers.PerGroup : other;
        return new Association(
            random.Next(AcknowledgedPeers.PortNames.Length),
            (one * AcknowledgedPeers.Groups) + group,
            (other * AcknowledgedPeers.Groups) + group);
    }

    private int Pick(Random random) => random.Next(
        skewed && random.NextDouble() < HotShare ? Math.Max(2, (int)(peers.PerGroup * HotPart)) : peers.PerGroup);
}
