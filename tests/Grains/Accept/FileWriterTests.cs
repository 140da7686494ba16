using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Turnstile.Accept;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Accept.Writers;

namespace Turnstile.Grains.Tests.Accept;

public sealed class FileWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnstile-file-").FullName;
    private readonly AcceptOptions _options = new();

    public FileWriterTests() => _options.File.Path = Path.Combine(_folder, "counts", "accept.jsonl");

    private string[] Lines => File.ReadAllLines(_options.File.Path);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_record_is_a_line()
    {
        await New().Write([Record(60, 5), Record(120, 0)]);
        Assert.Equal(
            ["""{"minute":"1970-01-01T00:01:00Z","unique_ids":5}""", """{"minute":"1970-01-01T00:02:00Z","unique_ids":0}"""],
            Lines);
    }

    [Fact]
    public async Task Records_that_are_in_the_file_already_are_not_written_again_by_a_new_process()
    {
        await New().Write([Record(60, 1), Record(120, 2)]);
        await New().Write([Record(60, 1), Record(120, 2), Record(180, 3)]);
        Assert.Equal(3, Lines.Length);
    }

    [Fact]
    public async Task A_line_that_a_crash_cut_short_is_written_anew()
    {
        await New().Write([Record(60, 1), Record(120, 2)]);
        await using (FileStream file = File.OpenWrite(_options.File.Path))
            file.SetLength(file.Length - 7);
        await New().Write([Record(60, 1), Record(120, 2)]);
        Assert.Equal([60, 120], Lines.Select(line => RecordJson.ReadMinute(System.Text.Encoding.UTF8.GetBytes(line)) ?? 0));
    }

    [Fact]
    public async Task A_record_whose_sync_failed_is_written_and_synced_anew_though_it_can_be_read()
    {
        var synced = new List<long>();
        bool fails = true;
        var writer = new FileWriter(Options.Create(_options), NullLogger<FileWriter>.Instance)
        {
            Sync = file =>
            {
                file.Flush();
                if (fails && file.Length > 0)
                    throw new IOException("The disk failed.");
                synced.Add(file.Length);
            },
        };
        await Assert.ThrowsAsync<IOException>(() => writer.Write([Record(60, 5)]));
        Assert.Single(Lines);
        fails = false;
        await writer.Write([Record(60, 5)]);

        // Cut off before it was written again: what a failed sync has lost is not synced by the next one.
        Assert.Equal([0, 0, Assert.Single(Lines).Length + 1], synced);
    }

    [Fact]
    public async Task A_full_file_is_put_aside_so_many_are_kept_and_nothing_is_repeated_after_it()
    {
        _options.File.BytesMax = 100;
        _options.File.FilesMax = 2;
        for (int i = 1; i <= 9; i++)
            await New().Write([Record((i - 1) * 60, i - 1), Record(i * 60, i)]);
        string[] files = [.. Directory.GetFiles(Path.GetDirectoryName(_options.File.Path)!).Select(Path.GetFileName).Order()!];
        Assert.Equal(["accept.1.jsonl", "accept.2.jsonl"], files.Where(file => file != "accept.jsonl"));
        List<string> all = [.. Directory.GetFiles(Path.GetDirectoryName(_options.File.Path)!).SelectMany(File.ReadAllLines)];
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_at_the_start()
    {
        File.WriteAllText(Path.Combine(_folder, "counts"), "no folder");
        Assert.Contains("Accept:File:Path", Assert.Throws<InvalidOperationException>(New().Check).Message);
    }

    private static MinuteRecord Record(long minute, long ids) => new() { Minute = minute, UniqueIds = ids };

    private FileWriter New() => new(Options.Create(_options), NullLogger<FileWriter>.Instance);
}
