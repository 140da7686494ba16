namespace Turnstile.Grains.Callbacks;

/// <summary>
/// A request to be made to an address that a user has named. What it says is asked for when it is made, once for each try.
/// </summary>
/// <param name="Address">An absolute http or https address.</param>
/// <param name="Content">
/// Makes the request's content and the address with its query; see <see cref="CallbackContent"/>.
/// </param>
public sealed record Callback(Uri Address, Func<Uri, CancellationToken, Task<CallbackContent>> Content)
{
    /// <summary>The host and port, which share limits.</summary>
    internal string Host => Address.Authority;

    internal int Attempts { get; set; }
}

/// <summary>What a callback says.</summary>
/// <param name="Address">Where it goes; the callback's address, with a query perhaps.</param>
/// <param name="Json">The body of a POST, or null for a GET.</param>
public sealed record CallbackContent(Uri Address, byte[]? Json);

/// <summary>How a try ended.</summary>
internal abstract record CallbackOutcome
{
    /// <summary>The host has answered, with whatever status.</summary>
    public sealed record Answered(int Status) : CallbackOutcome;

    /// <summary>The address must not be called.</summary>
    public sealed record Refused(string Reason) : CallbackOutcome;

    /// <summary>There was no answer.</summary>
    public sealed record Failed(string Reason) : CallbackOutcome;

    /// <summary>What it says could not be had, and the host was not called.</summary>
    public sealed record Unready(string Reason) : CallbackOutcome;

    public bool IsSuccess => this is Answered { Status: >= 200 and < 300 };

    /// <summary>Whether another try may end better: the host, or the count that it is to be told, was away or overloaded.</summary>
    public bool IsTransient => this is Failed or Unready or Answered { Status: 408 or 429 or >= 500 };
}
