using Turnstile.Compute;

namespace Turnstile.Factorial;

/// <summary>In whose name factorials are computed that nobody in particular asks for.</summary>
public static class FactorialCaller
{
    public static readonly CallerKey Service = new("", "factorial");
}
