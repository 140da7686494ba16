using System.Security.Cryptography;
using System.Text;

namespace Turnstile.Api.Keys;

/// <summary>
/// The API keys; the list <c>Keys</c> of the configuration. Changes take effect without a restart. Empty at the start means: open
/// to all.
/// </summary>
internal sealed class KeyOptions
{
    public const string Section = "Keys";

    public List<ApiKey> All { get; } = [];
}

/// <summary>One key and what it opens.</summary>
internal sealed class ApiKey
{
    private const string HashPrefix = "sha256:";
    private const int KeyLengthMin = 16;
    private const int AccountLengthMax = 64;

    /// <summary>What an account has to be.</summary>
    public static string AccountRule { get; } = $"1 to {AccountLengthMax} characters without a slash or control characters";

    /// <summary>The account that its callers belong to: 1 to 64 characters, no slash, no control characters.</summary>
    public string Account { get; set; } = "";

    /// <summary>The key, at least 16 characters, or <c>sha256:</c> and the hexadecimal SHA-256 of it.</summary>
    public string Key { get; set; } = "";

    /// <summary>It may also change settings and see every account's things.</summary>
    public bool Admin { get; set; }

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault =>
        !IsAccount(Account)
            ? $"an account is {AccountRule}"
            : Hash is null
                ? $"a key is at least {KeyLengthMin} characters, or {HashPrefix} and 64 hexadecimal digits"
                : null;

    /// <summary>The SHA-256 of the key in lower-case hexadecimal; null where the key is not valid.</summary>
    public string? Hash
    {
        get
        {
            if (!Key.StartsWith(HashPrefix, StringComparison.Ordinal))
            {
                return Key.Length >= KeyLengthMin ? HashOf(Key) : null;
            }

            string hash = Key[HashPrefix.Length..].ToLowerInvariant();
            return hash.Length == 2 * SHA256.HashSizeInBytes && hash.All(char.IsAsciiHexDigit) ? hash : null;
        }
    }

    public static bool IsAccount(string name) =>
        name.Length is > 0 and <= AccountLengthMax && !name.Any(sign => sign == '/' || char.IsControl(sign));

    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
