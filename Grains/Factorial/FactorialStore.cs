using System.Collections.Immutable;
using Turnstile.Factorial;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Factorial;

/// <summary>
/// Factorials on disk: what was asked for, how it stands, how often it was wanted. A change is stored when its task
/// completes.
/// </summary>
internal sealed class FactorialStore
{
    private readonly Database _database;
    private readonly RowWriter<FactorialRow> _rows;
    private readonly BatchWriter<ImmutableArray<FactorialCount>, None> _counts;

    public FactorialStore(Database database)
    {
        _database = database;
        _rows = database.Writes.CreateWriter("factorials", FactorialSql.Save);
        _counts = database.Writes.CreateWriter<ImmutableArray<FactorialCount>, None>("factorial counts", WriteCounts);
    }

    /// <summary>Stores the row, unless one of a later generation is stored, or one of its own that has ended.</summary>
    public Task Save(FactorialRow row) => _rows.Write(row);

    /// <summary>Adds counts to the rows that are there.</summary>
    public Task Count(ImmutableArray<FactorialCount> counts) =>
        counts.IsEmpty ? Task.CompletedTask : _counts.Write(counts, counts.Length);

    public ValueTask<FactorialRow?> Find(int number) => _database.QueryFirstOrDefault(FactorialSql.Find, number);

    /// <summary>The numbers that are being calculated or uploaded.</summary>
    public Task<List<int>> ListOpen() => _database.QueryList(FactorialSql.ListOpen, default(None));

    public Task<List<FactorialRow>> Page(FactorialStatus? status, int after, int limit) => status is { } only
        ? _database.QueryList(FactorialSql.PageOfStatus, (only, after, limit))
        : _database.QueryList(FactorialSql.Page, (after, limit));

    public Task<List<StatusTotals>> Totals() => _database.QueryList(FactorialSql.Totals, default(None));

    public Task<List<FactorialCount>> MostAsked(int limit) => _database.QueryList(FactorialSql.MostAsked, limit);

    public Task<List<FactorialTimes>> Times() => _database.QueryList(FactorialSql.Times, default(None));

    private static async ValueTask WriteCounts(
        Transaction transaction, IReadOnlyList<ImmutableArray<FactorialCount>> counts, None[] results)
    {
        // In one order on all silos, or they would wait for each other's rows in a circle.
        await transaction.Execute(FactorialSql.Count, counts.SelectMany(some => some).OrderBy(count => count.Number).ToList());
    }
}

/// <summary>What the numbers of one status came to.</summary>
internal readonly record struct StatusTotals(
    FactorialStatus Status, long Numbers, long Requests, long Reads, long Hits);
