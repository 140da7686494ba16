using System.Net;

namespace Turnstile.Grains.Callbacks;

/// <summary>Finds the addresses of a host.</summary>
internal interface IHostResolver
{
    /// <exception cref="System.Net.Sockets.SocketException">There is no such host.</exception>
    Task<IPAddress[]> Resolve(string host, CancellationToken stop);
}

/// <summary>Asks the system's resolver.</summary>
internal sealed class SystemResolver : IHostResolver
{
    public Task<IPAddress[]> Resolve(string host, CancellationToken stop) =>
        IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)
            ? Task.FromResult<IPAddress[]>([address])
            : Dns.GetHostAddressesAsync(host, stop);
}
