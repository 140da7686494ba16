using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Grains.Widgets;
using Turnstile.Grains.Widgets.Log;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class CommitLogTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("turnstile-log-").FullName;

    private string Folder => Path.Combine(_home, "log");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task What_was_appended_is_read_back_whole_and_in_order()
    {
        WidgetRow[] rows =
        [
            new(Widget("a/b ü \U0001F600", peer: string.Concat(Enumerable.Repeat("\U0001F600", 64))), 1),
            new(PackedWidget.None("gone"u8), 2),
            new(Widget("c", peer: ""), 3),
            new(PackedWidget.None("part"u8).Without(PortSet.Q), 4),
        ];
        await Append([rows[0], rows[1]], first: 1);
        await Append([rows[2], rows[3]], first: 3);
        (List<WidgetRow> read, long last) = await Recover();
        Assert.Equal(rows, read);
        Assert.Equal(4, last);
    }

    [Fact]
    public async Task Every_cut_of_the_last_append_takes_all_of_it_and_nothing_else()
    {
        await Append([Row(1), Row(2)], first: 1);
        long before = new FileInfo(LogFiles()[0]).Length;
        await Append([Row(3), Row(4)], first: 3);
        byte[] whole = await File.ReadAllBytesAsync(LogFiles()[0]);
        for (long length = before; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(LogFiles()[0], whole[..(int)length]);
            (List<WidgetRow> read, long last) = await Recover();
            Assert.Equal([1L, 2L], read.Select(row => row.Version));
            Assert.Equal(2, last);
            Assert.Equal(before, new FileInfo(LogFiles()[0]).Length);
        }
    }

    [Fact]
    public async Task After_a_cut_the_log_goes_on_where_it_was_cut()
    {
        await Append([Row(1)], first: 1);
        await File.AppendAllTextAsync(LogFiles()[0], "half of something");
        await Append([Row(2)], first: 2);
        Assert.Equal([1L, 2L], (await Recover()).Rows.Select(row => row.Version));
    }

    [Fact]
    public async Task Any_damaged_byte_before_the_last_append_stops_the_start()
    {
        await Append([Row(1)], first: 1);
        int end = (int)new FileInfo(LogFiles()[0]).Length;
        await Append([Row(2)], first: 2);
        byte[] whole = await File.ReadAllBytesAsync(LogFiles()[0]);
        for (int at = 0; at < end; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(LogFiles()[0], damaged);
            CommitLogException refusal = await Assert.ThrowsAsync<CommitLogException>(() => Recover());
            Assert.Contains(LogFiles()[0], refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_file_in_the_middle_stops_the_start()
    {
        for (int version = 1; version <= 3; version++)
        {
            await Append([Row(version)], first: version, fileBytes: 1);
        }

        Assert.Equal(3, LogFiles().Length);
        File.Delete(LogFiles()[1]);
        await Assert.ThrowsAsync<CommitLogException>(() => Recover());
    }

    [Fact]
    public async Task A_damaged_end_of_a_file_that_is_not_the_last_stops_the_start()
    {
        await Append([Row(1)], first: 1, fileBytes: 1);
        await Append([Row(2)], first: 2, fileBytes: 1);
        await File.AppendAllTextAsync(LogFiles()[0], "x");
        await Assert.ThrowsAsync<CommitLogException>(() => Recover());
    }

    [Fact]
    public async Task A_log_that_begins_behind_what_the_tables_have_stops_the_start()
    {
        await Append([Row(1)], first: 1, fileBytes: 1);
        await Append([Row(2)], first: 2, fileBytes: 1);
        Assert.Equal(2, (await Recover(stored: 1)).Last);
        await Assert.ThrowsAsync<CommitLogException>(() => Recover(stored: 0));
    }

    [Fact]
    public async Task A_log_that_is_gone_stops_the_start()
    {
        await Append([Row(1)], first: 1);
        Directory.Delete(Folder, recursive: true);
        await Assert.ThrowsAsync<CommitLogException>(() => Recover(stored: 1));
        await Assert.ThrowsAsync<CommitLogException>(() => Recover(stored: 1));
    }

    [Fact]
    public async Task Files_that_the_tables_have_are_deleted_and_the_rest_is_read()
    {
        await using (FileCommitLog log = Log(fileBytes: 1))
        {
            await log.Recover(0, _ => { });
            for (int version = 1; version <= 5; version++)
            {
                await Append(log, [Row(version)], version);
            }

            await log.Trim(3);
            Assert.Equal(2, LogFiles().Length);
        }

        Assert.Equal([4L, 5L], (await Recover(stored: 3)).Rows.Select(row => row.Version));
        Assert.Equal([5L], (await Recover(stored: 4)).Rows.Select(row => row.Version));
    }

    [Fact]
    public async Task A_file_that_could_not_be_deleted_is_deleted_when_it_can_be()
    {
        await using FileCommitLog log = Log(fileBytes: 1);
        await log.Recover(0, _ => { });
        for (int version = 1; version <= 3; version++)
        {
            await Append(log, [Row(version)], version);
        }

        // A folder in its place cannot be deleted as a file.
        string first = LogFiles()[0];
        File.Move(first, first + ".aside");
        Directory.CreateDirectory(first);
        await Assert.ThrowsAnyAsync<Exception>(() => log.Trim(1));
        Directory.Delete(first);
        File.Move(first + ".aside", first);
        await log.Trim(1);
        Assert.False(File.Exists(first));
        Assert.Equal(2, LogFiles().Length);
    }

    private static WidgetRow Row(int version) => new(Widget($"w{version}", "peer"), version);

    private static PackedWidget Widget(string serial, string peer) =>
        PackedWidget.Of(Utf8(serial), "näme"u8, PortSet.P | PortSet.Q, p: Utf8(peer), q: Utf8(serial));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private FileCommitLog Log(int fileBytes) => new(Folder, fileBytes, NullLogger.Instance);

    private string[] LogFiles() => [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal)];

    /// <summary>Opens the log, appends one group of changes of one row each, and closes it.</summary>
    private async Task Append(WidgetRow[] rows, long first, int fileBytes = 1 << 20)
    {
        await using FileCommitLog log = Log(fileBytes);
        await log.Recover(0, _ => { });
        await Append(log, rows, first);
    }

    private static async Task Append(FileCommitLog log, WidgetRow[] rows, long first)
    {
        ReadOnlyMemory<byte> frame = Logged.Frame(first, [.. rows.Select(row => new[] { row.Widget })]);
        await log.Append(frame, first, first + rows.Length - 1);
    }

    private async Task<(List<WidgetRow> Rows, long Last)> Recover(long stored = 0)
    {
        await using FileCommitLog log = Log(1 << 20);
        var groups = new Stack<List<WidgetRow>>();
        long last = await log.Recover(stored, group => groups.Push(Logged.Rows(group)));
        return ([.. groups.SelectMany(rows => rows)], last);
    }
}
