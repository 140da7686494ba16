namespace Turnstile.Api.Http;

/// <summary>What those who follow something wait for.</summary>
internal static class Following
{
    /// <summary>
    /// The news once they are there, or null as soon as it is time to stop: a service that ends shall not wait for streams on
    /// which nothing happens.
    /// </summary>
    public static async Task<T?> OrNull<T>(this Task<T?> news, CancellationToken stop)
        where T : class
    {
        await ((Task)news.WaitAsync(stop)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return stop.IsCancellationRequested ? null : await news;
    }
}
