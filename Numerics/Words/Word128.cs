namespace Turnstile.Numerics;

/// <summary>Two words side by side. Plain fields, so that the compiler keeps them in registers.</summary>
internal readonly record struct Word128(ulong High, ulong Low)
{
    public static Word128 From(UInt128 value) => new((ulong)(value >> 64), (ulong)value);

    public UInt128 ToUInt128() => new(High, Low);
}
