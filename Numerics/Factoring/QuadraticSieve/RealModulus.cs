using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>
/// Arithmetic modulo eight primes below 2^26 at once, on integers held in doubles, which is exact. Remainders lie
/// around 0: up to a little more than half the prime either way.
/// </summary>
internal readonly unsafe struct RealModulus
{
    /// <summary>How many primes.</summary>
    public const int Lanes = 8;

    private readonly Vector512<double> _primes;
    private readonly Vector512<double> _reciprocals;

    public RealModulus(uint* primes)
    {
        _primes = Load(primes);
        _reciprocals = Vector512<double>.One / _primes;
    }

    public static Vector512<double> Load(uint* values) =>
        Vector512.ConvertToDouble(Vector512.WidenLower(Vector512.Load(values)).AsInt64());

    /// <summary>The remainder of an integer below 2^52 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Reduce(Vector512<double> value) =>
        value - (Vector512.Round(value * _reciprocals) * _primes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Multiply(Vector512<double> a, Vector512<double> b) => Reduce(a * b);

    /// <summary>Half of a remainder.</summary>
    public Vector512<double> Half(Vector512<double> value)
    {
        var half = value * Vector512.Create(0.5);
        return half + (_primes & ~Vector512.Equals(half, Vector512.Floor(half))) * Vector512.Create(0.5);
    }

    /// <summary>The inverse of a remainder by Fermat's little theorem; 0 for 0.</summary>
    public Vector512<double> Invert(Vector512<double> value)
    {
        var exponent = Vector512.ConvertToInt64(_primes) - Vector512.Create(2L);
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)exponent[Lanes - 1]);
        var power = Vector512<double>.One;
        for (var bit = 0; bit < bits; bit++)
        {
            var isSet = Vector512.Equals((exponent >> bit) & Vector512<long>.One, Vector512<long>.One);
            power = Vector512.ConditionalSelect(isSet.AsDouble(), Multiply(power, value), power);
            value = Multiply(value, value);
        }

        return power;
    }

    /// <summary>Writes remainders as numbers from 0 to below the primes.</summary>
    public void Store(Vector512<double> remainders, uint* target)
    {
        remainders = Reduce(remainders);
        remainders += _primes & Vector512.LessThan(remainders, Vector512<double>.Zero);
        if (Avx512F.IsSupported)
            Avx512F.ConvertToVector256UInt32(remainders).Store(target);
        else
            for (var lane = 0; lane < Lanes; lane++)
                target[lane] = (uint)remainders[lane];
    }
}
