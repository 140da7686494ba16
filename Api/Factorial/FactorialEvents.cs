using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Turnstile.Api.Http;
using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>
/// A factorial on its way as server-sent events: <c>status</c> when it changes, and <c>done</c> at the end with all that
/// is known but the digits.
/// </summary>
internal static class FactorialEvents
{
    // A silent connection is cut by proxies; the status is told again at least this often.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<SseItem<FactorialBody>> Follow(
        IFactorialGrain grain,
        FactorialView view,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        while (true)
        {
            yield return new SseItem<FactorialBody>(
                new FactorialBody { Number = view.Number.ToString(), Status = FactorialWords.Of(view.Status) }, "status");
            if (view.Ended)
            {
                yield return new SseItem<FactorialBody>(FactorialBody.Of(view), "done");
                yield break;
            }

            if (await grain.Changed(view.Version, Patience).OrNull(stop.Token) is not { } next)
            {
                yield break;
            }

            view = next;
        }
    }
}
