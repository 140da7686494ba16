using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// The tables that follow the commit log. Only the owner of the ledger writes them, and an older row never replaces a
/// newer.
/// </summary>
internal sealed class WidgetStore
{
    // Looked up in less time than it takes to hand them to another thread and to be told; a fraction of a millisecond.
    private const int FewMax = 64;

    private readonly Database _database;
    private readonly BatchWriter<None, LedgerOwnership> _owners;
    private readonly BatchWriter<StoringStep, bool> _steps;

    public WidgetStore(Database database)
    {
        _database = database;
        _owners = database.Writes.CreateWriter<None, LedgerOwnership>("widget ledger owners", WriteOwners);
        _steps = database.Writes.CreateWriter<StoringStep, bool>("widgets", WriteSteps);
    }

    /// <summary>Makes the caller the owner; whoever was before can write no more.</summary>
    public Task<LedgerOwnership> TakeLedger() => _owners.Write(default);

    /// <summary>Writes rows, and how far the tables have come.</summary>
    /// <returns>False where the ledger belongs to another epoch; nothing is written then.</returns>
    public Task<bool> Write(StoringStep step) => _steps.Write(step, Math.Max(1, step.Rows.Count));

    /// <summary>
    /// The rows of those entries that have one, in any order; sorted entries share what leads to them, which takes a quarter less. Few are
    /// looked up on the calling thread where the database is a file.
    /// </summary>
    public ValueTask<List<WidgetRow>> Find(List<WidgetEntry> entries) => entries.Count <= FewMax
        ? _database.QueryFew(WidgetSql.Find, entries)
        : new ValueTask<List<WidgetRow>>(_database.QueryMany(WidgetSql.Find, entries));

    /// <summary>Rows in the order of serial numbers.</summary>
    public Task<List<WidgetRow>> List(string after, int limit) => _database.QueryList(WidgetSql.List, (after, limit));

    private static async ValueTask WriteOwners(
        Transaction transaction, IReadOnlyList<None> owners, LedgerOwnership[] results)
    {
        await transaction.Query(WidgetSql.LockLedger, default(None));
        for (int i = 0; i < owners.Count; i++)
        {
            results[i] = (await transaction.Query(WidgetSql.TakeLedger, default(None)))[0];
        }
    }

    private static async ValueTask WriteSteps(Transaction transaction, IReadOnlyList<StoringStep> steps, bool[] results)
    {
        long epoch = (await transaction.Query(WidgetSql.FindEpoch, default(None)))[0];
        for (int i = 0; i < steps.Count; i++)
        {
            StoringStep step = steps[i];
            results[i] = step.Epoch == epoch;
            if (!results[i])
            {
                continue;
            }

            await transaction.Execute(WidgetSql.Save, step.Rows.Where(row => row.Widget.Exists).ToList());
            await transaction.Execute(WidgetSql.Free, step.Rows.Where(row => row.Widget.IsPart).ToList());
            await transaction.Execute(WidgetSql.Drop, step.Rows.Where(row => row.Widget is { Exists: false, IsPart: false }).ToList());
            if (step.Stored is { } stored)
            {
                await transaction.Execute(WidgetSql.AdvanceLedger, stored);
            }
        }
    }
}

/// <summary>A part of a round of storing.</summary>
/// <param name="Epoch">Whose ledger it is from.</param>
/// <param name="Rows">Each serial number once.</param>
/// <param name="Stored">At the end of a round: the change up to which the tables then have everything.</param>
internal sealed record StoringStep(long Epoch, IReadOnlyList<WidgetRow> Rows, long? Stored);
