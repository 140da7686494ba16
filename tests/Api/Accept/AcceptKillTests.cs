using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Accept;

public sealed class AcceptKillTests : IAsyncLifetime
{
    private const int MinuteSeconds = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ServiceProcess _service = new($"--Accept:MinuteSeconds={MinuteSeconds}", "--Accept:GraceSeconds=1");

    private string RecordFile => Path.Combine(_service.Folder, "data", "accept.jsonl");

    public Task InitializeAsync() => _service.Start();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Through_kills_every_minute_has_one_record_of_exactly_the_ids_that_were_answered_ok()
    {
        var load = new AcceptLoad(_service.Http, clients: 16, ids: 400, MinuteSeconds);
        for (int kills = 0; kills < 2; kills++)
        {
            await Closed(load, records: (kills * 2) + 1);
            await _service.Kill();
            await _service.Start();
        }

        await Closed(load, records: 5);
        await load.Stop();
        await Closed(load, load.Minutes.Count());

        List<(long Minute, long Count)> records = Read();
        Assert.Equal(records.Count, records.DistinctBy(record => record.Minute).Count());
        Assert.Equal(records.Order(), records);
        Assert.Subset(records.Select(record => record.Minute).ToHashSet(), load.Minutes.ToHashSet());
        int exact = records.Count(record => load.Check(record.Minute, record.Count) && record.Count > 0);
        Assert.True(exact > 0, "In every minute some answers were lost: the test has shown nothing.");
    }

    [Fact]
    public async Task Records_go_on_where_they_were_when_the_service_stops_as_it_should()
    {
        await _service.Http.GetStringAsync("/api/verve/accept?id=1");
        Assert.Equal(0, await _service.Stop());
        await _service.Start();
        await Until(() => Read().Sum(record => record.Count) == 1, "the id is recorded");
    }

    /// <summary>Waits until so many minutes in which ids were answered have a record.</summary>
    private Task Closed(AcceptLoad load, int records) => Until(
        () =>
        {
            HashSet<long> recorded = [.. Read().Select(record => record.Minute)];
            return load.Minutes.Count(recorded.Contains) >= records;
        },
        $"{records} minutes are recorded");

    private static async Task Until(Func<bool> happened, string what)
    {
        DateTimeOffset end = TimeProvider.System.GetUtcNow() + Patience;
        while (!happened())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, $"Waited {Patience} until {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private List<(long Minute, long Count)> Read()
    {
        if (!File.Exists(RecordFile))
            return [];
        using var file = new StreamReader(new FileStream(RecordFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string text = file.ReadToEnd();
        return
        [
            .. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Select(line => (
                    line.GetProperty("minute").GetDateTimeOffset().ToUnixTimeSeconds(), line.GetProperty("unique_ids").GetInt64())),
        ];
    }
}
