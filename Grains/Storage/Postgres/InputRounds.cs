namespace Turnstile.Grains.Storage.Postgres;

/// <summary>
/// Splits a statement's inputs into the runs that PostgreSQL needs. A statement there changes each table row once at
/// most, so of several inputs with one key the n-th goes into the n-th run: the same outcome as one after another.
/// </summary>
internal static class InputRounds
{
    public static IEnumerable<IReadOnlyList<TInput>> Of<TInput>(
        Statement<TInput> statement, IReadOnlyList<TInput> inputs)
    {
        if (inputs.Count == 0)
            return [];
        if (!statement.ReadsRows)
            return inputs.Select(input => new[] { input });
        if (statement.Key is null || inputs.Count == 1)
            return [inputs];

        var rounds = new List<List<TInput>>();
        var seen = new Dictionary<object, int>(inputs.Count);
        foreach (TInput input in inputs)
        {
            object key = statement.Key(input);
            int round = seen.TryGetValue(key, out int before) ? before + 1 : 0;
            seen[key] = round;
            if (round == rounds.Count)
                rounds.Add(new List<TInput>(round == 0 ? inputs.Count : 4));
            rounds[round].Add(input);
        }

        return rounds;
    }
}
