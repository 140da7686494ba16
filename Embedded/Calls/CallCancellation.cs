namespace Orleans.Runtime;

/// <summary>
/// Carries the cancellation of one call. The callee gets a token of its own, cancelled in one of its turns, so that
/// what it registered there runs as a turn; the caller's task is cancelled at once and does not wait for the callee.
/// </summary>
#pragma warning disable CA1001 // It has no timer and no handle; the callee may hold its token longer than the call.
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

    /// <summary>
    /// In a turn of the target. The call may have been passed on to the grain's next activation before that came: a turn of the
    /// one that has ended would run beside those of the one that has the call.
    /// </summary>
    private void TellCallee()
    {
        Activation target = _request.Target;
        SendOrPostCallback tell = _ =>
        {
            if (ReferenceEquals(_request.Target, target))
            {
                _callee.Cancel();
            }
            else
            {
                TellCallee();
            }
        };
        target.Push(new CallbackItem(tell, null));
    }

    private void OnCancelled()
    {
        TellCallee();
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
