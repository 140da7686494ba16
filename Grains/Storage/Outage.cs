using Microsoft.Extensions.Logging;

namespace Turnstile.Grains.Storage;

/// <summary>
/// Tells once that the database cannot be written, and once that it can be again, however many writes fail meanwhile. Used by the
/// writing thread alone.
/// </summary>
internal sealed class Outage(TimeProvider time, ILogger logger)
{
    // On a full disk, small writes succeed between others that do not.
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(5);

    private bool _told;
    private long _failedAt;

    public void Failed(StorageUnavailableException failure)
    {
        _failedAt = time.GetTimestamp();
        if (!_told)
        {
            _told = true;
            logger.LogWarning(failure, "The database cannot be written now. What can wait for it does, the rest is answered 503.");
        }
    }

    public void Succeeded()
    {
        if (_told && time.GetElapsedTime(_failedAt) >= Doubt)
        {
            _told = false;
            logger.LogInformation("The database can be written again.");
        }
    }
}
