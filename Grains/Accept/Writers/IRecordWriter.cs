using Turnstile.Accept;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>
/// A destination of records. One call at a time is made, by the grain of the writer; records come in the order of their minutes.
/// Another destination is another class of this kind and a line in <see cref="RecordWriters"/>.
/// </summary>
internal interface IRecordWriter : IAsyncDisposable
{
    /// <summary>The name in <c>Accept:Writers</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Finds out whether the writer can work at all; called once, while the process starts. It does not connect.
    /// </summary>
    /// <exception cref="InvalidOperationException">It cannot, however long one waits; says what to do.</exception>
    void Check();

    /// <summary>
    /// Delivers the records. When the task completes, the destination has them for good; when it fails, it may have some, and all
    /// are handed over again later. It ends within 25 s, however bad things are.
    /// </summary>
    /// <param name="records">The records.</param>
    /// <param name="stop">The process is about to end: who waits for a destination gives it up.</param>
    Task Write(IReadOnlyList<MinuteRecord> records, CancellationToken stop = default);
}
