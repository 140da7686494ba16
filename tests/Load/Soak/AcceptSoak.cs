using System.Net.Http.Json;
using System.Text.Json;

namespace Turnstile.Load.Soak;

/// <summary>Ids that are all different, some sent twice at once: as many are counted over all minutes as were answered ok.</summary>
internal sealed class AcceptSoak(HttpClient http) : SoakActivity("accept")
{
    private const int Together = 20;

    // What the service has told of each minute; it tells of the last sixty.
    private readonly Dictionary<string, long> _minutes = [];
    private long _ids;

    protected override async Task Step()
    {
        long first = _ids;
        IEnumerable<long> ids = Enumerable.Range(0, Together).Select(i => first + i);
        string[] answers = await Task.WhenAll(ids.Append(first).Select(id => http.GetStringAsync($"/api/verve/accept?id={id}")));
        Wrong += answers.Count(answer => answer != "ok");
        _ids += Together;
        if (_ids % (100 * Together) == 0)
        {
            await Look();
        }
    }

    protected override async Task<long> CountLost()
    {
        await Look();
        return Math.Abs(_ids - _minutes.Values.Sum());
    }

    private async Task Look()
    {
        JsonElement stats = await http.GetFromJsonAsync<JsonElement>("/api/verve/stats");
        foreach (JsonElement minute in stats.GetProperty("history").EnumerateArray().Append(stats))
        {
            _minutes[minute.GetProperty("minute").GetString()!] = minute.GetProperty("unique_ids").GetInt64();
        }
    }
}
