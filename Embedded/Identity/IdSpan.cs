using System.Text;

namespace Orleans.Runtime;

/// <summary>
/// The text of a grain key or grain type. It is kept as a string, so reading a string key back allocates nothing.
/// </summary>
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly string? _value;

    private IdSpan(string value) => _value = value;

    /// <summary>The UTF-8 bytes; encoded anew on each call.</summary>
    public ReadOnlyMemory<byte> Value => Encoding.UTF8.GetBytes(ToString());

    public bool IsDefault => string.IsNullOrEmpty(_value);

    public static IdSpan Create(string id) => new(id);

    /// <inheritdoc cref="Value"/>
    public ReadOnlySpan<byte> AsSpan() => Value.Span;

    /// <summary>
    /// FNV-1a (Fowler, Noll, Vo, 1991) over the UTF-16 units: the same in every process, unlike <see
    /// cref="GetHashCode"/>.
    /// </summary>
    public uint GetUniformHashCode()
    {
        uint hash = 2166136261;
        foreach (char unit in ToString())
        {
            hash = (hash ^ unit) * 16777619;
        }

        return hash;
    }

    public bool Equals(IdSpan other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    public override int GetHashCode() => _value is null ? 0 : _value.GetHashCode(StringComparison.Ordinal);

    public int CompareTo(IdSpan other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => _value ?? "";

    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);
}
