using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Accept.Ids;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;

namespace Turnstile.Grains.Tests.Accept;

public sealed class IdFilesTests() : StorageSuite(new SqliteHome())
{
    private const long Minute = 60;
    private const long Shard = 65_536;

    private string Folder => DatabasePath + "-accept";

    private string File => Assert.Single(Directory.GetFiles(Folder));

    private string DatabasePath
    {
        get
        {
            var options = new StorageOptions();
            Home.Configure(options);
            return Path.GetFullPath(options.Path);
        }
    }

    [Fact]
    public async Task Ids_are_there_after_a_kill_and_the_zeros_that_were_written_ahead_are_no_damage()
    {
        await Run(async store =>
        {
            await store.Add(new IdBatch(Minute, Shard, [1, 0, -1]));
            await store.Add(new IdBatch(Minute, Shard + 1, [0]));
            byte[] asKilled = await ReadShared(File);
            Assert.Equal(0, asKilled[^1]);
            return asKilled;
        }, killed: true);
        await Run(async store =>
        {
            Assert.Equal([1, 0, -1, 0], await Ids(store.OfMinute(Minute)));
            Assert.Equal(4, await store.SumOfMinute(Minute));
        });
    }

    [Fact]
    public async Task Every_cut_of_the_last_append_takes_all_of_it_and_nothing_else()
    {
        await Run(store => store.Add(new IdBatch(Minute, Shard, [1, 2])));
        long before = new FileInfo(File).Length;
        await Run(store => store.Add(new IdBatch(Minute, Shard, [3, -4])));
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File);
        for (long length = before; length < whole.Length; length++)
        {
            // Cut, and as a disk leaves it that has written the first part of what was to overwrite zeros.
            foreach (int zeros in new[] { 0, 4_096 })
            {
                await System.IO.File.WriteAllBytesAsync(File, [.. whole[..(int)length], .. new byte[zeros]]);
                await Run(async store => Assert.Equal([1, 2], await Ids(store.OfMinute(Minute))));
                Assert.Equal(before, new FileInfo(File).Length);
            }
        }
    }

    [Fact]
    public async Task After_a_cut_the_file_goes_on_where_it_was_cut()
    {
        await Run(store => store.Add(new IdBatch(Minute, Shard, [1])));
        await System.IO.File.AppendAllTextAsync(File, "half of something");
        await Run(store => store.Add(new IdBatch(Minute, Shard, [2])));
        await Run(async store => Assert.Equal([1, 2], await Ids(store.OfMinute(Minute))));
    }

    [Fact]
    public async Task Any_damaged_byte_before_the_last_append_stops_the_start_and_names_the_file()
    {
        await Run(store => store.Add(new IdBatch(Minute, Shard, [1, 2])));
        int end = (int)new FileInfo(File).Length;
        await Run(store => store.Add(new IdBatch(Minute, Shard, [3])));
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File);
        for (int at = 0; at < end; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            await System.IO.File.WriteAllBytesAsync(File, damaged);
            var refusal = await Assert.ThrowsAsync<IdsDamagedException>(() => Run(_ => Task.CompletedTask));
            Assert.Contains(File, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sealed_minute_takes_nothing_after_a_restart_either()
    {
        await Run(async store =>
        {
            await store.Add(new IdBatch(Minute, Shard, [1]));
            await store.Seal(Minute);
        });
        await Run(async store =>
        {
            Assert.False(await store.Add(new IdBatch(Minute, Shard, [2])));
            Assert.Equal([1], await Ids(store.OfMinute(Minute)));
        });
    }

    [Fact]
    public Task A_file_that_could_not_be_deleted_is_deleted_the_next_time() => Run(async store =>
    {
        await store.Add(new IdBatch(Minute, Shard, [1]));
        string path = File;
        System.IO.File.Delete(path);
        Directory.CreateDirectory(path);
        await Assert.ThrowsAnyAsync<Exception>(() => store.DropIds(Minute));
        Directory.Delete(path);
        await store.DropIds(Minute);
        Assert.Empty(await store.MinutesWithIds(0, Minute));
    });

    [Fact]
    public async Task The_file_of_a_dropped_minute_is_gone_and_so_is_one_that_a_crash_has_left()
    {
        byte[] left = [];
        await Run(async store =>
        {
            await store.Add(new IdBatch(Minute, Shard, [1]));
            left = await ReadShared(File);
            await store.Seal(Minute);
            await store.Record([new() { Minute = Minute, UniqueIds = 1 }], Minute, Time.GetUtcNow());
            await store.DropIds(Minute);
            Assert.Empty(Directory.GetFiles(Folder));
        });
        await System.IO.File.WriteAllBytesAsync(Path.Combine(Folder, "000000000060.ids"), left);
        await Run(async store =>
        {
            Assert.Equal(0, await store.SumOfMinute(Minute));
            Assert.Empty(Directory.GetFiles(Folder));
        });
    }

    [Fact]
    public async Task What_an_older_version_left_in_the_table_is_moved_into_files()
    {
        await FillTable();
        await Run(async store =>
        {
            Assert.Equal([60, 120], await store.MinutesWithIds(0, long.MaxValue));
            Assert.Equal([1, 2, 3], await Ids(store.OfMinute(60)));
            Assert.Equal([1, 2, 4], await Ids(store.OfShard(Shard, 0)));
        });
        Assert.Equal(0, await RowsInTable());
        await Run(async store => Assert.Equal([4], await Ids(store.OfMinute(120))));
    }

    [Fact]
    public async Task A_kill_between_moving_ids_and_emptying_the_table_loses_none()
    {
        await FillTable();
        await Run(_ => Task.CompletedTask);
        await FillTable();
        await Run(async store => Assert.Equal([1, 2, 3], (await Ids(store.OfMinute(60))).Distinct()));
        Assert.Equal(0, await RowsInTable());
    }

    [Fact]
    public async Task Where_the_folder_cannot_be_written_ids_fail_until_it_can()
    {
        await Run(async store =>
        {
            await store.Add(new IdBatch(Minute, Shard, [1]));
            Directory.Move(Folder, Folder + "-away");
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Add(new IdBatch(120, Shard, [2])));
            Directory.Move(Folder + "-away", Folder);
            Assert.True(await store.Add(new IdBatch(120, Shard, [2])));
        });
        await Run(async store => Assert.Equal([1, 2], await Ids(store.OfShard(Shard, 0))));
    }

    [Fact]
    public async Task Whatever_fails_in_a_write_all_who_wait_for_it_hear_of_it_and_the_next_write_is_as_ever()
    {
        await Run(async store =>
        {
            Task<bool> impossible = store.Add(new IdBatch(Minute, Shard, null!));
            await Assert.ThrowsAsync<NullReferenceException>(() => impossible.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.True(await store.Add(new IdBatch(Minute, Shard, [1])));
        });
        await Run(async store => Assert.Equal([1], await Ids(store.OfMinute(Minute))));
    }

    [Fact]
    public Task Ids_that_come_while_nobody_writes_are_on_disk_when_the_call_returns() => Run(async store =>
    {
        Task<bool> added = store.Add(new IdBatch(Minute, Shard, [1]));
        Assert.True(added.IsCompletedSuccessfully);
        Assert.True(await added);
        Assert.Equal([1], await Ids(store.OfMinute(Minute)));
    });

    [Fact]
    public async Task Of_ids_that_many_add_at_once_all_are_there()
    {
        long[] all = [.. Enumerable.Range(1, 400).Select(id => (long)id)];
        await Run(async store =>
        {
            bool[] stored = await Task.WhenAll(all.Select(id => Task.Run(() => store.Add(new IdBatch(Minute, Shard, [id])))));
            Assert.All(stored, Assert.True);
        });
        await Run(async store => Assert.Equal(all, (await Ids(store.OfMinute(Minute))).Order()));
    }

    [Fact]
    public async Task Ids_are_refused_once_the_store_is_closed()
    {
        AcceptStore closed = null!;
        await Run(store =>
        {
            closed = store;
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<StorageUnavailableException>(() => closed.Add(new IdBatch(Minute, Shard, [1])));
    }

    private static async Task<List<long>> Ids(IAsyncEnumerable<StoredBatch> batches)
    {
        var ids = new List<long>();
        await foreach (StoredBatch batch in batches)
            ids.AddRange(IdBytes.Read(batch.Ids));
        return ids;
    }

    private static async Task<byte[]> ReadShared(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>Opens the store, does something, and closes it.</summary>
    private Task Run(Func<AcceptStore, Task> act) => Run(
        async store =>
        {
            await act(store);
            return Array.Empty<byte>();
        },
        killed: false);

    /// <summary>As above; after a kill the only file is what <paramref name="act"/> has read of it.</summary>
    private async Task Run(Func<AcceptStore, Task<byte[]>> act, bool killed)
    {
        byte[] left;
        await using (Database database = Make())
        {
            var options = new StorageOptions { Path = DatabasePath };
            var ids = new IdFiles(database, Options.Create(options), new StorageTelemetry(Meters, Time), NullLogger<IdFiles>.Instance);
            await using var store = new AcceptStore(database, ids);
            await database.Start();
            await store.Open();
            left = await act(store);
        }

        if (killed)
            await System.IO.File.WriteAllBytesAsync(File, left);
    }

    private async Task FillTable()
    {
        await using Database database = Make();
        var table = new IdTable(database);
        await database.Start();
        await table.Add(new IdBatch(60, Shard, [1, 2]));
        await table.Add(new IdBatch(60, Shard + 1, [3]));
        await table.Add(new IdBatch(120, Shard, [4]));
    }

    private async Task<long> RowsInTable()
    {
        await using Database database = await Open();
        return await new IdTable(database).SumOfMinute(60) + await new IdTable(database).SumOfMinute(120);
    }
}
