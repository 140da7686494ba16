using System.Numerics;

namespace Turnstile.Numerics.Tests;

public sealed class LucasChainTests
{
    /// <summary>
    /// Runs the program on multiples instead of points: a sum needs the difference of its terms at hand.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(47)]
    [InlineData(200)]
    [InlineData(2_000)]
    public void A_chain_multiplies_by_all_prime_powers_up_to_its_bound(int bound)
    {
        BigInteger a = 1, b = 0, c = 0;
        var chain = new LucasChain(bound);
        chain.Work().RunToEnd();

        foreach (var step in chain.Program)
        {
            switch (step)
            {
                case LucasChain.Swap:
                    (a, b) = (b, a);
                    break;
                case 1:
                    var t = Sum(a, b, c);
                    (a, b) = (Sum(t, a, b), Sum(b, t, a));
                    break;
                case 2 or 4:
                    (a, b) = (2 * a, Sum(a, b, c));
                    break;
                case 3:
                    (b, c) = (Sum(a, b, c), b);
                    break;
                case 5:
                    (a, c) = (2 * a, Sum(c, a, b));
                    break;
                case 6:
                    t = Sum(a, b, c);
                    (a, b, c) = (Sum(2 * a, a, a), Sum(2 * a, t, c), b);
                    break;
                case 7:
                    t = Sum(a, b, c);
                    (a, b) = (Sum(a, 2 * a, a), Sum(t, a, b));
                    break;
                case 8:
                    (a, b, c) = (Sum(a, 2 * a, a), Sum(a, b, c), Sum(c, a, b));
                    break;
                case 9:
                    (b, c) = (2 * b, Sum(c, -b, a));
                    break;
                case LucasChain.Begin:
                    (a, b, c) = (2 * a, a, a);
                    break;
                case LucasChain.End:
                    a = Sum(a, b, c);
                    break;
                default:
                    a *= 2;
                    break;
            }
        }

        var expected = BigInteger.One;
        for (var prime = 2; prime <= bound; prime++)
            if (IndependentPrimality.IsPrime(prime))
                for (var power = prime; power <= bound; power *= prime)
                    expected *= prime;
        Assert.Equal(expected, BigInteger.Abs(a));
    }

    // Points know no sign, so neither does the difference.
    private static BigInteger Sum(BigInteger x, BigInteger y, BigInteger difference)
    {
        if (BigInteger.Abs(x - y) == BigInteger.Abs(difference))
            return x + y;
        Assert.Equal(BigInteger.Abs(x + y), BigInteger.Abs(difference));
        return x - y;
    }
}
