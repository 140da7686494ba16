using Npgsql;

namespace Turnstile.Grains.Storage.Postgres;

/// <summary>
/// Runs statements on a connection: once over all inputs where the text reads <c>rows</c>, else once for each.
/// </summary>
internal static class PostgresCommands
{
    public static async ValueTask<int> Execute<TInput>(
        NpgsqlConnection connection, Statement<TInput> statement, IReadOnlyList<TInput> inputs)
    {
        int changed = 0;
        foreach (IReadOnlyList<TInput> round in InputRounds.Of(statement, inputs))
        {
            await using NpgsqlCommand command = Command(connection, statement, round);
            changed += Math.Max(0, await command.ExecuteNonQueryAsync());
        }

        return changed;
    }

    public static async ValueTask<List<TResult>> Query<TInput, TResult>(
        NpgsqlConnection connection, Query<TInput, TResult> query, IReadOnlyList<TInput> inputs)
    {
        var results = new List<TResult>();
        foreach (IReadOnlyList<TInput> round in InputRounds.Of(query, inputs))
        {
            await using NpgsqlCommand command = Command(connection, query, round);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                results.Add(query.Result(new Row(reader)));
        }

        return results;
    }

    private static NpgsqlCommand Command<TInput>(
        NpgsqlConnection connection, Statement<TInput> statement, IReadOnlyList<TInput> round)
    {
        var command = new NpgsqlCommand(statement.Text(Dialect.Postgres), connection);
        foreach (Column<TInput> column in statement.Inputs)
            command.Parameters.Add(statement.ReadsRows ? column.Array(round) : column.Value(round[0]));
        return command;
    }
}
