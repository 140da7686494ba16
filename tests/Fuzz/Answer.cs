namespace Turnstile.Fuzz;

/// <summary>What came back.</summary>
/// <param name="Status">The status; 0 where the connection was closed instead.</param>
/// <param name="Media">The body's media type; empty where there is none.</param>
/// <param name="Body">The body.</param>
/// <param name="KeepsAlive">The connection may be used again.</param>
public sealed record Answer(int Status, string Media, byte[] Body, bool KeepsAlive)
{
    public static Answer None { get; } = new(0, "", [], false);
}
