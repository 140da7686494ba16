namespace Orleans.Runtime;

/// <summary>
/// Carries the cancellation of one call. The callee gets a token of its own, cancelled in one of its turns, so that
/// what it registered there runs as a turn; the caller's task is cancelled at once and does not wait for the callee.
/// </summary>
#pragma warning disable CA1001 // The source has no timer and no wait handle, and the callee may hold its token longer than the call.
internal sealed class CallCancellation
#pragma warning restore CA1001
{
    private readonly Request _request;
    private readonly CancellationTokenSource _callee = new();
    private CancellationToken _callerToken;
    private CancellationTokenRegistration _registration;

    private CallCancellation(Request request) => _request = request;

    /// <summary>
    /// Puts the callee's token in place of the caller's; to be called before the request is given to its target.
    /// </summary>
    public static void Attach(Request request)
    {
        var cancellation = new CallCancellation(request) { _callerToken = request.Token };
        request.Cancellation = cancellation;
        request.Token = cancellation._callee.Token;
    }

    /// <summary>Begins to listen; to be called once the request has its target.</summary>
    public void Listen() =>
        _registration = _callerToken.UnsafeRegister(static state => ((CallCancellation)state!).OnCancelled(), this);

    public void StopListening() => _registration.Unregister();

    private void OnCancelled()
    {
        _request.Target.Push(new CallbackItem(static state => ((CancellationTokenSource)state!).Cancel(), _callee));
        SendOrPostCallback giveUp = static state =>
        {
            var self = (CallCancellation)state!;
            self._request.GiveUp(new OperationCanceledException(self._callerToken));
        };

        if (_request.Caller is { } caller)
        {
            caller.Push(new CallbackItem(giveUp, this));
        }
        else
        {
            giveUp(this);
        }
    }
}
