using Turnstile.Events;

namespace Turnstile.Grains.Events.Counting;

/// <summary>
/// What the events of a partition come to. The tallies of its players are kept in the store; this holds those in use,
/// and which of them the store does not have yet.
/// </summary>
internal sealed class PartitionBook
{
    private const byte SnapshotVersion = 1;

    private readonly Dictionary<long, PlayerTally> _tallies = [];
    private readonly HashSet<long> _changed = [];
    private readonly SecondCounts _seconds = new();

    public long Total { get; private set; }

    public Tops Tops { get; private set; } = Tops.None;

    /// <summary>Events counted since the last snapshot.</summary>
    public int Unsaved { get; private set; }

    /// <summary>Players whose tallies are in memory.</summary>
    public int PlayersInMemory => _tallies.Count;

    public long Sum(long lastSecond, int window) => _seconds.Sum(lastSecond, window);

    /// <summary>
    /// The players among these whose tallies must be brought by <see cref="Bring"/> before their events are counted.
    /// </summary>
    public List<long> Missing(IEnumerable<long> players) =>
        [.. players.Where(player => !_tallies.ContainsKey(player)).Distinct()];

    /// <summary>Tallies as they are stored; a player that has none stored begins at zero.</summary>
    public void Bring(IEnumerable<long> players, IReadOnlyDictionary<long, PlayerTally> stored)
    {
        foreach (long player in players)
        {
            _tallies.TryAdd(player, stored.GetValueOrDefault(player));
        }
    }

    /// <param name="counted">The event.</param>
    /// <param name="now">The second since 1970 that it is.</param>
    public void Count(in CountedEvent counted, long now)
    {
        Total++;
        Unsaved++;
        _seconds.Add(counted.ReceivedSecond, now);
        PlayerTally before = _tallies[counted.PlayerId];
        PlayerTally after = before.With(counted);
        if (after == before)
        {
            return;
        }

        _tallies[counted.PlayerId] = after;
        _changed.Add(counted.PlayerId);
        if (LeadsNow(counted.PlayerId, before, after))
        {
            Tops = Tops.With(new Tops
            {
                Bets = Top(counted.PlayerId, after.Bets, Tops.Bets),
                Wins = Top(counted.PlayerId, after.Wins, Tops.Wins),
                Deposits = Top(counted.PlayerId, after.DepositCents, Tops.Deposits),
            });
        }
    }

    /// <summary>The changed tallies, in the order of the players, for a snapshot.</summary>
    public List<StoredTally> Changed() =>
        [.. _changed.Order().Select(player => new StoredTally(player, _tallies[player]))];

    /// <summary>What is not in the tallies, as bytes.</summary>
    public byte[] Snapshot()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(SnapshotVersion);
        writer.Write(Total);
        foreach (TopPlayer? top in (TopPlayer?[])[Tops.Bets, Tops.Wins, Tops.Deposits])
        {
            writer.Write(top?.Id ?? 0);
            writer.Write(top?.Count ?? 0);
        }

        (long Second, long Count)[] seconds = [.. _seconds.Entries];
        writer.Write(seconds.Length);
        foreach ((long second, long count) in seconds)
        {
            writer.Write(second);
            writer.Write(count);
        }

        return bytes.ToArray();
    }

    /// <summary>The snapshot and the changed tallies are stored.</summary>
    /// <param name="playersMax">Tallies are forgotten where there are more in memory.</param>
    public void Saved(int playersMax)
    {
        Unsaved = 0;
        _changed.Clear();
        if (_tallies.Count > playersMax)
        {
            _tallies.Clear();
        }
    }

    public void Recover(byte[] snapshot)
    {
        using var reader = new BinaryReader(new MemoryStream(snapshot));
        if (reader.ReadByte() != SnapshotVersion)
        {
            throw new InvalidDataException("The snapshot of the events' totals is of another version of the program.");
        }

        Total = reader.ReadInt64();
        Tops = new Tops { Bets = ReadTop(reader), Wins = ReadTop(reader), Deposits = ReadTop(reader) };
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            long second = reader.ReadInt64();
            _seconds.Add(second, now: second, reader.ReadInt64());
        }
    }

    private static TopPlayer? ReadTop(BinaryReader reader)
    {
        long id = reader.ReadInt64();
        long count = reader.ReadInt64();
        return count == 0 ? null : new TopPlayer { Id = id, Count = count };
    }

    /// <summary>
    /// Whether it is worth comparing: counts only grow, so only a count that grew to the leader's can lead.
    /// </summary>
    private bool LeadsNow(long player, PlayerTally before, PlayerTally after) =>
        Reaches(before.Bets, after.Bets, Tops.Bets, player)
        || Reaches(before.Wins, after.Wins, Tops.Wins, player)
        || Reaches(before.DepositCents, after.DepositCents, Tops.Deposits, player);

    private static bool Reaches(long before, long after, TopPlayer? leader, long player) =>
        after > before && (leader is null || after >= leader.Count || leader.Id == player);

    private static TopPlayer? Top(long player, long count, TopPlayer? leader) =>
        count > 0 && (leader is null || count >= leader.Count) ? new TopPlayer { Id = player, Count = count } : null;
}

/// <summary>A player's tally as it is stored.</summary>
internal readonly record struct StoredTally(long Player, PlayerTally Tally);
