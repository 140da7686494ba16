using System.Diagnostics.CodeAnalysis;

namespace Turnstile.Api.Http;

/// <summary>
/// An address that a request has named to be called back. Only its form is judged here; whether it may be called is known
/// when its name is resolved.
/// </summary>
internal static class CallbackAddress
{
    private const int LengthMax = 2_048;

    /// <summary>What an address has to be, for whoever sent another.</summary>
    public static string Rule { get; } =
        $"Must be an absolute http or https address of at most {LengthMax} characters, without a user name.";

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Uri? address)
    {
        address = null;
        return text.Length is > 0 and <= LengthMax
            && Uri.TryCreate(text.ToString(), UriKind.Absolute, out address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.Host.Length > 0
            && address.UserInfo.Length == 0;
    }
}
