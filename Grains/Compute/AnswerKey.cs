using System.Security.Cryptography;
using System.Text;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>
/// Names a question, an operation and a number, whose answer is worth keeping for whoever asks it again. Small questions are
/// answered sooner than looked up, and have none.
/// </summary>
internal static class AnswerKey
{
    // Below these sizes a kernel takes less than the way to another job's answer, or little more.
    private const int FactorizeDigitsMin = 30;
    private const int FactorialDigitsMin = 4;
    private const int PrimalityDigitsMin = 200;

    // Longer numbers are named by their hash, so that no key is longer.
    private const int NumberLengthMax = 100;

    public static string? Of(JobOperation operation, string number) => number.Length < DigitsMin(operation)
        ? null
        : $"{(int)operation}/{(number.Length <= NumberLengthMax ? number : Hash(number))}";

    private static int DigitsMin(JobOperation operation) => operation switch
    {
        JobOperation.Factorize => FactorizeDigitsMin,
        JobOperation.Factorial => FactorialDigitsMin,
        _ => PrimalityDigitsMin,
    };

    private static string Hash(string number) =>
        $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(number)))}";
}
