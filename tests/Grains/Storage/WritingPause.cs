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

    private WritingPause(Database database) => _writer = database.Writes.CreateWriter<None, None>("pause", Hold);

    /// <summary>Returns once nothing is written any more.</summary>
    public static async Task<WritingPause> Begin(Database database)
    {
        var pause = new WritingPause(database);
        _ = pause._writer.Write(default);
        await pause._reached.Task;
        return pause;
    }

    public void End() => _ended.TrySetResult();

    /// <summary>A test that fails must not leave the writing held, or the database could not be closed.</summary>
    public void Dispose() => End();

    private async ValueTask Hold(Transaction transaction, IReadOnlyList<None> changes, None[] results)
    {
        _reached.TrySetResult();
        await _ended.Task;
    }
}
