using System.Text.Json;

namespace Turnstile.Load.Scenarios;

/// <summary>Waits until callers have nothing open, and checks the answers to everything they asked.</summary>
internal static class Completion
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until <paramref name="wanted"/> jobs of the callers have ended.</summary>
    /// <returns>Jobs a second since the call.</returns>
    public static async Task<double> Wait(ComputeClient client, IReadOnlyCollection<string> callers, long wanted)
    {
        var progress = new Progress("until done", wanted);
        long before = await Done(client, callers);
        long done = before;
        while (done < wanted)
        {
            progress.Set(done);
            await Task.Delay(Period, TimeProvider.System);
            done = await Done(client, callers);
        }

        progress.Set(done);
        progress.Finish();
        return (done - before) / progress.Elapsed.TotalSeconds;
    }

    public static async Task<long> Done(ComputeClient client, IReadOnlyCollection<string> callers)
    {
        long done = 0;
        foreach (string caller in callers)
        {
            JsonElement view = await client.Caller(caller);
            done += view.GetProperty("done").GetInt64() + view.GetProperty("failed").GetInt64();
        }

        return done;
    }

    /// <summary>How many of a caller's jobs are missing, wrong or too many.</summary>
    public static async Task<long> CountWrong(ComputeClient client, string caller, IEnumerable<Question> asked)
    {
        // The same number may be asked more than once.
        var open = new Dictionary<string, (Question Question, int Times)>();
        long total = 0;
        foreach (Question question in asked)
        {
            open[question.Number] = (question, open.GetValueOrDefault(question.Number).Times + 1);
            total++;
        }

        var progress = new Progress("answers checked", total);
        long wrong = 0;
        await foreach (JsonElement job in client.Jobs(caller))
        {
            string number = job.GetProperty("number").GetString()!;
            if (!open.TryGetValue(number, out (Question Question, int Times) one) || one.Times == 0
                || !ComputeClient.IsRight(job, one.Question))
            {
                wrong++;
                continue;
            }

            open[number] = one with { Times = one.Times - 1 };
            progress.Add(1);
        }

        progress.Finish();
        return wrong + open.Values.Sum(one => (long)one.Times);
    }
}
