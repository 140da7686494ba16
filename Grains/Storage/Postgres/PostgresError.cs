using System.Net.Sockets;
using Npgsql;

namespace Turnstile.Grains.Storage.Postgres;

/// <summary>What each of PostgreSQL's and Npgsql's failures means to a caller of the stores.</summary>
internal static class PostgresError
{
    /// <summary>Awaits work on a connection and turns its failures into the stores' words.</summary>
    /// <param name="work">The work; what fails in it outside of the database is passed on as it is.</param>
    /// <param name="undone">True where a connection that breaks has certainly committed nothing, and a new one may do
    /// better.</param>
    public static async ValueTask<T> Guard<T>(ValueTask<T> work, bool undone)
    {
        try
        {
            return await work;
        }
        catch (Exception failure) when (IsOfDatabase(failure))
        {
            throw Translate(failure, undone);
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    public static async ValueTask Guard(Task work, bool undone)
    {
        try
        {
            await work;
        }
        catch (Exception failure) when (IsOfDatabase(failure))
        {
            throw Translate(failure, undone);
        }
    }

    public static bool IsOfDatabase(Exception failure) =>
        failure is NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException;

    private static StorageException Translate(Exception failure, bool undone) => failure is PostgresException refused
        ? Translate(refused, undone)
        : new StorageUnavailableException($"PostgreSQL: {failure.Message}", failure) { CanRunAgain = undone };

    // Classes of SQLSTATE, PostgreSQL 15 documentation, appendix A.
    private static StorageException Translate(PostgresException refused, bool undone)
    {
        string message = $"PostgreSQL: {refused.MessageText} ({refused.SqlState})";
        if (refused.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            return new StorageUnavailableException(message, refused) { CanRunAgain = true };

        return refused.SqlState[..2] switch
        {
            "23" => new StorageConstraintException(message, refused),
            "08" or "57" => new StorageUnavailableException(message, refused) { CanRunAgain = undone },
            "25" or "28" or "3D" or "53" or "55" or "58" or "F0" or "XX" =>
                new StorageUnavailableException(message, refused),
            _ => new StorageException(message, refused),
        };
    }
}
