using System.Collections.Concurrent;

namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>The connections that read, opened when they are first needed and lent to one caller at a time.</summary>
internal sealed class SqliteReaders(string path, int most) : IDisposable
{
    private readonly SemaphoreSlim _free = new(most, most);
    private readonly ConcurrentStack<SqliteConnection> _idle = new();

    /// <summary>Waits until one is free. Give it back by <see cref="Return"/>.</summary>
    public async ValueTask<SqliteConnection> Rent()
    {
        await _free.WaitAsync();
        try
        {
            return _idle.TryPop(out SqliteConnection? idle) ? idle : SqliteConnection.ForReading(path);
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void Return(SqliteConnection connection)
    {
        _idle.Push(connection);
        _free.Release();
    }

    public void Dispose()
    {
        while (_idle.TryPop(out SqliteConnection? connection))
            connection.Dispose();
        _free.Dispose();
    }
}
