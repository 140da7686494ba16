namespace Turnstile.Api.Http;

/// <summary>How large a body may be, in bytes; a larger one is answered 413.</summary>
internal static class BodyLimits
{
    public const int Single = 1 << 20;

    public const int Batch = 16 << 20;
}
