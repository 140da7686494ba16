using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Tests.Storage;

/// <summary>
/// Holds the writing thread inside a transaction, so that a test decides what waits for the next one.
/// </summary>
internal sealed class WritingPause : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BatchWriter<None, None> _writer;

    private readonly string? _script;

    private WritingPause(Database database, string? script)
    {
        _script = script;
        _writer = database.Writes.CreateWriter<None, None>("pause", Hold);
    }

    /// <summary>Returns once nothing is written any more.</summary>
    /// <param name="database">Whose writing is held.</param>
    /// <param name="script">What its transaction does before it is held.</param>
    public static async Task<WritingPause> Begin(Database database, string? script = null)
    {
        var pause = new WritingPause(database, script);
        _ = pause._writer.Write(default);
        await pause._reached.Task;
        return pause;
    }

    public void End() => _ended.TrySetResult();

    /// <summary>A test that fails must not leave the writing held, or the database could not be closed.</summary>
    public void Dispose() => End();

    private async ValueTask Hold(Transaction transaction, IReadOnlyList<None> changes, None[] results)
    {
        if (_script is not null)
        {
            await ((BackendTransaction)transaction).Script(_script);
        }

        _reached.TrySetResult();
        await _ended.Task;
    }
}
