using System.Threading.Channels;
using Turnstile.Grains.Widgets;
using Turnstile.Grains.Widgets.Log;

namespace Turnstile.Grains.Tests.Widgets;

/// <summary>A log whose appends take until the test lets them end, well or badly.</summary>
internal sealed class HeldLog : ICommitLog
{
    private readonly Channel<HeldAppend> _appends = Channel.CreateUnbounded<HeldAppend>();

    public long Bytes => 0;

    /// <summary>The next append, as soon as it is begun.</summary>
    public Task<HeldAppend> Next() => _appends.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Whether an append is begun that nobody has asked for.</summary>
    public bool HasMore => _appends.Reader.TryPeek(out _);

    public Task Append(ReadOnlyMemory<byte> frame, long first, long last)
    {
        Assert.True(LogFrame.TryRead(frame.Span, out LogFrame read));
        Assert.Equal((first, last), (read.First, read.Last));
        var append = new HeldAppend(first, Logged.Rows(new LoggedChanges(frame[LogFrame.HeaderBytes..], first, read.Count)));
        _appends.Writer.TryWrite(append);
        return append.Task;
    }

    public Task<long> Recover(long stored, Action<LoggedChanges> replay) => Task.FromResult(stored);

    public Task Trim(long stored) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>An append that is under way.</summary>
/// <param name="First">The number of its first change.</param>
/// <param name="Rows">What it writes, as a start after a crash would read it.</param>
internal sealed record HeldAppend(long First, List<WidgetRow> Rows)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _end.Task;

    public void Release() => _end.SetResult();

    public void Fail(Exception fault) => _end.SetException(fault);
}
