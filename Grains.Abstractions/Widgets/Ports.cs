namespace Turnstile.Widgets;

/// <summary>The types of connection ports. The values are stored: never renumber them.</summary>
public enum PortType
{
    P = 0,
    R = 1,
    Q = 2,
}

/// <summary>
/// Which ports a widget has; the bit of a port is 1 shifted by its <see cref="PortType"/>. Stored as it is.
/// </summary>
[Flags]
public enum PortSet
{
    None = 0,
    P = 1,
    R = 2,
    Q = 4,
    All = P | R | Q,
}
