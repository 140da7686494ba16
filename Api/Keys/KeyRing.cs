using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Turnstile.Api.Keys;

/// <summary>
/// Knows which key opens which account. It holds hashes only, and follows changes of the configuration.
/// </summary>
internal sealed class KeyRing : IDisposable
{
    private readonly IDisposable? _subscription;

    // Replaced whole when the configuration changes; read by every request.
    private FrozenDictionary<string, Identity> _identities;

    public KeyRing(IOptionsMonitor<KeyOptions> options, ILogger<KeyRing> logger)
    {
        _identities = Read(options.CurrentValue);
        _subscription = options.OnChange(changed =>
        {
            Volatile.Write(ref _identities, Read(changed));
            logger.LogInformation("The API keys were read again; there are {Count}.", changed.All.Count);
        });
        if (IsOpen)
        {
            logger.LogWarning("No API keys are configured: the service is open to whoever can reach it.");
        }
    }

    /// <summary>No keys are configured, and everybody is let in.</summary>
    public bool IsOpen => Volatile.Read(ref _identities).Count == 0;

    /// <summary>Whom a key stands for; null where it stands for nobody.</summary>
    /// <remarks>Looked up by its hash: how long that takes tells nothing of the keys there are.</remarks>
    public Identity? Find(string key) => Volatile.Read(ref _identities).GetValueOrDefault(ApiKey.HashOf(key));

    public void Dispose() => _subscription?.Dispose();

    private static FrozenDictionary<string, Identity> Read(KeyOptions options) =>
        options.All.ToFrozenDictionary(key => key.Hash!, key => new Identity(key.Account, key.Admin));
}

/// <summary>Who asks: an account, and whether it may also change settings and see what is not its own.</summary>
/// <param name="Account">Empty where no keys are configured.</param>
/// <param name="Admin">True for everybody where no keys are configured.</param>
internal sealed record Identity(string Account, bool Admin)
{
    /// <summary>Anybody, where no keys are configured.</summary>
    public static Identity Anybody { get; } = new("", true);
}
