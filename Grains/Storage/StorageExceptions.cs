using Microsoft.Extensions.Logging;

namespace Turnstile.Grains.Storage;

/// <summary>The database refused or failed. The subclasses say what a caller can do about it.</summary>
public class StorageException : Exception
{
    public StorageException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>
/// The database cannot be used now: the disk is full, the server is away, too many writes wait. The caller is answered
/// 503; the same call may work later.
/// </summary>
/// <remarks>
/// When the connection breaks in the middle of a commit, nobody can say whether the write is stored. That too is
/// this exception, so writes must be idempotent by key: doing one again after this exception must be harmless.
/// </remarks>
public sealed class StorageUnavailableException : StorageException
{
    public StorageUnavailableException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>
    /// True where nothing was committed and running the whole transaction again at once is likely to work.
    /// </summary>
    internal bool CanRunAgain { get; init; }
}

/// <summary>How loud what went wrong is told.</summary>
internal static class FailureLevel
{
    /// <summary>
    /// That the database is away is told once (<see cref="Outage"/>); what of it each of thousands runs into, only to who looks closer.
    /// </summary>
    public static LogLevel Level(this Exception failure) =>
        failure is StorageUnavailableException ? LogLevel.Debug : LogLevel.Warning;
}

/// <summary>A row broke a constraint of its table, such as a key that is taken. Trying again does not help.</summary>
public sealed class StorageConstraintException : StorageException
{
    public StorageConstraintException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>Another process works with the same database file; it must end first.</summary>
public sealed class DatabaseInUseException : StorageException
{
    public DatabaseInUseException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>
/// The tables and this program do not belong together: the database is newer, or a migration was changed after it ran.
/// </summary>
public sealed class MigrationException : StorageException
{
    public MigrationException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
