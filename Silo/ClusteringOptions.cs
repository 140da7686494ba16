using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Turnstile.Silo;

/// <summary>How the processes of a cluster find and watch each other; the section <c>Cluster</c>.</summary>
public sealed class ClusteringOptions : IValidatableObject
{
    public const string Section = "Cluster";

    /// <summary>The name in <c>ConnectionStrings</c> that stands for <see cref="Redis"/>.</summary>
    public const string ConnectionName = "Redis";

    /// <summary>
    /// The Redis server that keeps the list of silos, as a connection string; also <c>ConnectionStrings:Redis</c>. Unset
    /// (the default) means no cluster: this process is alone.
    /// </summary>
    public string? Redis { get; set; }

    /// <summary>
    /// The cluster's name, one for all its processes; another one on the same Redis is another cluster.
    /// </summary>
    [Required]
    public string Name { get; set; } = "turnstile";

    /// <summary>The port that silos talk to each other on, 1…65,535.</summary>
    [Range(1, IPEndPoint.MaxPort)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>The port of a silo that gateways and other clients use, 1…65,535.</summary>
    [Range(1, IPEndPoint.MaxPort)]
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// The IP address under which the others reach this silo. Unset means the first of the machine that is not loopback.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>
    /// Seconds after which a silo that does not answer a probe has missed it, 0.1…60. Shorter finds a dead silo sooner and
    /// takes a slow one for dead more easily.
    /// </summary>
    [Range(0.1, 60)]
    public double ProbeSeconds { get; set; } = 1;

    /// <summary>Probes missed in a row after which a silo is put out of the cluster, 1…10.</summary>
    [Range(1, 10)]
    public int MissedProbesMax { get; set; } = 2;

    /// <summary>Silos that have to find a silo dead before it is put out, 1…10.</summary>
    [Range(1, 10)]
    public int DeathVotes { get; set; } = 1;

    /// <summary>
    /// Seconds a gateway waits for an answer of the silos before it answers 503, 0.1…300: what a request can cost that was
    /// on its way to a silo when it died.
    /// </summary>
    [Range(0.1, 300)]
    public double CallSeconds { get; set; } = 5;

    /// <summary>
    /// Percent of its memory that a silo may use before it refuses gateways' calls, 1…100. Its processor is no sign: compute
    /// threads take all that nobody else wants.
    /// </summary>
    [Range(1, 100)]
    public int MemoryPercentMax { get; set; } = 90;

    /// <summary>Calls that may wait at one grain before further ones are answered 429, 100…10,000,000.</summary>
    [Range(100, 10_000_000)]
    public int WaitingPerGrainMax { get; set; } = 100_000;

    /// <summary>
    /// The port on which gateways serve the engine's dashboard to holders of an admin key, 1…65,535; 0, the default, is none.
    /// Set on silos, any port has them keep the dashboard's counters, which costs every call a little.
    /// </summary>
    [Range(0, IPEndPoint.MaxPort)]
    public int DashboardPort { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not null && !IsAddress(Address))
        {
            yield return new ValidationResult(
                $"{Section}:{nameof(Address)} is '{Address}' and must be an IP address that others can reach: 10.0.0.7, fd00::7.");
        }
    }

    /// <remarks>The runtime's own reading takes 10.7 and 7 for addresses, too.</remarks>
    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out IPAddress? address)
        && !address.Equals(IPAddress.Any)
        && !address.Equals(IPAddress.IPv6Any)
        && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == text);
}
