using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Turnstile.Grains.Callbacks;

/// <summary>
/// Which addresses may be called: public ones, and those that the operator has allowed. Judges addresses, after their names were
/// resolved: a name can lead anywhere, and elsewhere the next time.
/// </summary>
public sealed class AddressRules
{
    // IANA's registries of special-purpose addresses (RFC 6890 and successors), multicast, and what is not assigned.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    // Of IPv6, only what is handed out as global unicast is public; in it, these are not.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublicInGlobalUnicast =
    [
        IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("3fff::/20"),
    ];

    // Addresses of IPv4 in another dress: RFC 6052 and RFC 3056; what counts is the address inside.
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    private readonly List<(IPNetwork Network, int? Port)> _networks = [];
    private readonly HashSet<(string Host, int? Port)> _hosts = [];
    private readonly bool _all;

    /// <param name="allow">
    /// What may be called besides public addresses; see <see cref="CallbackOptions.Allow"/>.
    /// </param>
    /// <exception cref="FormatException">An entry is no network, address, host or <c>*</c>.</exception>
    public AddressRules(string allow)
    {
        foreach (string entry in allow.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry == "*")
                _all = true;
            else
                Add(entry);
        }
    }

    /// <summary>Whether a connection to the address may be made, for a callback to the host and port.</summary>
    public bool Allows(string host, int port, IPAddress address)
    {
        if (_all || IsPublic(address))
            return true;
        string name = host.Trim('[', ']').ToLowerInvariant();
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _hosts.Contains((name, null)) || _hosts.Contains((name, port))
            || _networks.Any(allowed => allowed.Network.Contains(plain) && (allowed.Port ?? port) == port);
    }

    /// <summary>Whether the address belongs to the public Internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(NotPublic, network => network.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId != 0)
            return false;
        byte[] bytes = address.GetAddressBytes();
        if (Translated.Contains(address))
            return IsPublic(new IPAddress(bytes.AsSpan(12, 4)));
        if (SixToFour.Contains(address))
            return IsPublic(new IPAddress(bytes.AsSpan(2, 4)));
        return GlobalUnicast.Contains(address)
            && !Array.Exists(NotPublicInGlobalUnicast, network => network.Contains(address));
    }

    private void Add(string entry)
    {
        // A URL is taken for its host and port.
        if (entry.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(entry, UriKind.Absolute, out Uri? url))
            entry = url.Authority;

        if (IPNetwork.TryParse(entry, out IPNetwork network))
        {
            _networks.Add((network, null));
            return;
        }

        if (IPAddress.TryParse(entry, out IPAddress? address))
        {
            _networks.Add((Only(address), null));
            return;
        }

        if (IPEndPoint.TryParse(entry, out IPEndPoint? endpoint))
        {
            _networks.Add((Only(endpoint.Address), endpoint.Port));
            return;
        }

        int colon = entry.LastIndexOf(':');
        string host = colon < 0 ? entry : entry[..colon];
        int port = 0;
        bool good = colon < 0 || int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port);
        if (good && IPNetwork.TryParse(host, out network))
        {
            _networks.Add((network, port));
            return;
        }

        if (!good || Uri.CheckHostName(host) != UriHostNameType.Dns)
            throw new FormatException($"'{entry}' allows nothing: it is no network, address, host or *.");

        _hosts.Add((host.ToLowerInvariant(), colon < 0 ? null : port));
    }

    private static IPNetwork Only(IPAddress address) =>
        new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}
