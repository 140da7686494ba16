using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Turnstile.Api.Keys;

/// <summary>
/// Knows which key opens which account. It holds hashes only, and follows changes of the configuration that leave good keys.
/// </summary>
internal sealed class KeyRing : IDisposable
{
    private readonly IOptionsFactory<KeyOptions> _options;
    private readonly ILogger<KeyRing> _logger;
    private readonly IDisposable _subscription;

    // Replaced whole when the configuration changes; read by every request.
    private FrozenDictionary<string, Identity> _identities;

    public KeyRing(IOptionsFactory<KeyOptions> options, IConfiguration configuration, ILogger<KeyRing> logger)
    {
        _options = options;
        _logger = logger;
        _identities = Read();
        _subscription = ChangeToken.OnChange(configuration.GetReloadToken, ReadAgain);
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

    public void Dispose() => _subscription.Dispose();

    private FrozenDictionary<string, Identity> Read() =>
        _options.Create(Options.DefaultName).All.ToFrozenDictionary(key => key.Hash!, key => new Identity(key.Account, key.Admin));

    /// <summary>
    /// A file that is gone for a moment, or half written, shall not let everybody in: what has no keys, or bad ones, changes nothing.
    /// </summary>
    private void ReadAgain()
    {
        try
        {
            FrozenDictionary<string, Identity> changed = Read();
            if (changed.Count == 0 && !IsOpen)
            {
                _logger.LogError("The changed configuration has no API keys; those that were there hold until a restart.");
                return;
            }

            Volatile.Write(ref _identities, changed);
            _logger.LogInformation("The API keys were read again; there are {Count}.", changed.Count);
        }
        catch (Exception e)
        {
            _logger.LogError(e, "The changed API keys cannot be taken up; those that were there still hold.");
        }
    }
}

/// <summary>Who asks: an account, and whether it may also change settings and see what is not its own.</summary>
/// <param name="Account">Empty where no keys are configured.</param>
/// <param name="Admin">True for everybody where no keys are configured.</param>
internal sealed record Identity(string Account, bool Admin)
{
    /// <summary>Anybody, where no keys are configured.</summary>
    public static Identity Anybody { get; } = new("", true);
}
