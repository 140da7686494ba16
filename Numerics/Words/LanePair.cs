using System.Runtime.Intrinsics;

namespace Turnstile.Numerics;

/// <summary>Eight residues below 2^104 side by side: the lower and the upper 52 bits of each.</summary>
internal readonly record struct LanePair(Vector512<long> Low, Vector512<long> High);
