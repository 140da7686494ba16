namespace Turnstile.Api.Compute;

/// <summary>
/// A job as it is asked for: the shape that the API's description shows; <see cref="ComputeRequestReader"/> reads it.
/// </summary>
/// <param name="Number">A natural number in decimal.</param>
/// <param name="Operation">factorize (the default), factorial, is_prime or next_prime.</param>
/// <param name="Priority">0 to 9, higher first; orders the caller's own jobs.</param>
/// <param name="TimeoutSeconds">CPU seconds after which the job fails with what was found so far.</param>
internal sealed record ComputeBody(
    string Number, string? Operation = null, int? Priority = null, double? TimeoutSeconds = null);
