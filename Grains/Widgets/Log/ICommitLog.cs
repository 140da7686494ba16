namespace Turnstile.Grains.Widgets.Log;

/// <summary>
/// The widgets' promise: what was appended is there after a crash, whole and in order. One frame is appended at a time, by the
/// one owner; numbers of changes follow one another without a gap.
/// </summary>
internal interface ICommitLog : IAsyncDisposable
{
    /// <summary>Bytes that the log takes.</summary>
    long Bytes { get; }

    /// <summary>
    /// Makes the log ready to append, and reads what the tables do not have. Once, before anything else.
    /// </summary>
    /// <param name="stored">The last change that the tables have.</param>
    /// <param name="replay">Gets all later changes, from the last group to the first; of each the bytes are there until it returns.</param>
    /// <returns>The last change in the log, or <paramref name="stored"/> where that is later.</returns>
    /// <exception cref="CommitLogException">Something that was promised cannot be read.</exception>
    Task<long> Recover(long stored, Action<LoggedChanges> replay);

    /// <summary>
    /// When it returns, the frame is on disk. Where it throws, the frame may be there or not until the next one is appended
    /// or the log is recovered; the next one takes its place, with the same numbers.
    /// </summary>
    /// <exception cref="Storage.StorageUnavailableException">It cannot be written now.</exception>
    /// <exception cref="LedgerLostException">Somebody else owns the ledger.</exception>
    Task Append(ReadOnlyMemory<byte> frame, long first, long last);

    /// <summary>Lets go of what the tables have: changes up to <paramref name="stored"/>.</summary>
    Task Trim(long stored);
}

/// <summary>The commit log is damaged: what it should hold cannot be read. Nothing was changed.</summary>
public sealed class CommitLogException : Exception
{
    public CommitLogException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>Another owner has taken the ledger over; this one must write nothing more.</summary>
public sealed class LedgerLostException : Exception
{
    public LedgerLostException()
        : base("Another owner has taken the widgets' ledger over.")
    {
    }
}
