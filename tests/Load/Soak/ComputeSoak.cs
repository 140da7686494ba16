using System.Text.Json;

namespace Turnstile.Load.Soak;

/// <summary>Numbers to factor from a few callers, each waited for, each answer checked.</summary>
internal sealed class ComputeSoak(HttpClient http, int seed) : SoakActivity("compute")
{
    private const int PrimeDigits = 12;
    private const int NumbersMax = 1_000_000;
    private const int Callers = 5;

    private readonly ComputeClient _client = new(http);
    private readonly Semiprimes _numbers = new(PrimeDigits, NumbersMax, seed);
    private readonly long[] _asked = new long[Callers];

    protected override async Task Step()
    {
        Question question = _numbers.Next();
        long caller = _asked.Sum() % Callers;
        JsonElement job = await _client.Ended(await _client.Submit($"soak-{caller}", question.Number));
        _asked[caller]++;
        Wrong += ComputeClient.IsRight(job, question) ? 0 : 1;
    }

    protected override async Task<long> CountLost()
    {
        long lost = 0;
        for (int caller = 0; caller < Callers; caller++)
        {
            if (_asked[caller] > 0)
            {
                lost += _asked[caller] - (await _client.Caller($"soak-{caller}")).GetProperty("done").GetInt64();
            }
        }

        return lost;
    }
}
