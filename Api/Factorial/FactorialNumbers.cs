using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Grains.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>Tells the numbers whose factorials may be asked for, as paths and bodies write them.</summary>
internal sealed class FactorialNumbers(IOptions<FactorialOptions> options)
{
    // More digits than any number has that is taken.
    private const int DigitsMax = 9;

    private int Max => options.Value.Max;

    /// <summary>What a number has to be, for whoever sent another.</summary>
    public string Rule => $"Must be an integer from 0 to {Max}, in decimal digits alone.";

    public bool Accepts(string text, out int number)
    {
        number = 0;
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('0');
        return text.Length > 0
            && digits.Length <= DigitsMax
            && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
            && (digits.IsEmpty || int.TryParse(digits, out number))
            && number <= Max;
    }

    /// <summary>The 400 for a path that names none.</summary>
    public IResult BadPath() => Problems.BadField("number", Rule);
}
