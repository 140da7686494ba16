using System.Globalization;
using System.Numerics;

namespace Turnstile.Benchmarks.Numerics;

/// <summary>PARI/GP, which times itself: its start does not count.</summary>
internal sealed class Pari : Peer
{
    // Short work is repeated until the clock, which counts milliseconds, can tell.
    private const string Repeated =
        "time(f)={my(t=getabstime(),n=0);while(getabstime()-t<300,f();n++);(getabstime()-t)*1./n};\n";

    public override string Name => "PARI/GP";

    public override int DigitsMax => 80;

    protected override string Command => "gp";

    public override double? Run(BigInteger[] numbers)
    {
        var script = $"v=[{string.Join(',', numbers)}];"
            + "r=vector(#v);t=time(()->for(i=1,#v,r[i]=factor(v[i])));"
            + "for(i=1,#v,m=r[i];for(j=1,#m~,for(k=1,m[j,2],print1(m[j,1],\" \")));print());print(t)";
        var lines = Evaluate(script);
        for (var i = 0; i < numbers.Length; i++)
            Answers.Check(numbers[i], Numbers(lines[i]));
        return Milliseconds(lines[^1]) / numbers.Length;
    }

    /// <summary>Milliseconds for n!, and for its digits, and its residue.</summary>
    public (double Value, double Digits, BigInteger Residue) Factorial(int n, BigInteger modulus)
    {
        var lines = Evaluate($"print(time(()->f={n}!));print(time(()->s=Str(f)));print(f%{modulus})");
        return (Milliseconds(lines[0]), Milliseconds(lines[1]), Numbers(lines[2]).Single());
    }

    /// <summary>Milliseconds to find a prime prime.</summary>
    public double Primality(BigInteger prime)
    {
        var lines = Evaluate($"p={prime};print(time(()->a=ispseudoprime(p)));print(a)");
        return lines[1] == "1" ? Milliseconds(lines[0]) : throw new InvalidOperationException($"{prime} is prime.");
    }

    private string[] Evaluate(string script) =>
        Execute($"{Repeated}{script}\n", "-q", "--default", "parisize=1000000000").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static double Milliseconds(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
