namespace Turnstile.Factorial;

/// <summary>
/// Where a factorial stands. The values are stored: never renumber them; those from <see cref="Done"/> on are final.
/// </summary>
public enum FactorialStatus
{
    /// <summary>Its job waits or runs.</summary>
    Calculating = 0,

    /// <summary>Computed; the digits are on their way to the object store.</summary>
    Uploading = 1,

    /// <summary>The digits are in the object store.</summary>
    Done = 2,

    /// <summary>Could not be computed or stored; the error says why. Asking again begins anew.</summary>
    Failed = 3,
}
