namespace Turnstile.Grains.Storage;

/// <summary>The databases that the stores run on.</summary>
public enum Dialect
{
    /// <summary>One file of this process alone; the default.</summary>
    Sqlite,

    /// <summary>A server that the silos of a cluster share.</summary>
    Postgres,
}
