using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>A call that returns a value.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Request<TResult> : Request
{
    private AsyncTaskMethodBuilder<TResult> _caller;
    private Task<TResult>? _running;
    private TResult? _result;

    internal Task<TResult> Task => _caller.Task;

    /// <summary>Calls the grain; generated.</summary>
    protected abstract ValueTask<TResult> Invoke(object grain);

    internal sealed override void Begin(object grain)
    {
        try
        {
            ValueTask<TResult> running = Invoke(grain);
            if (!running.IsCompletedSuccessfully)
            {
                _running = running.AsTask();
                _running.GetAwaiter().UnsafeOnCompleted(Finish);
                return;
            }

            _result = running.Result;
        }
        catch (Exception fault)
        {
            Fault = fault;
        }

        Target.Finish(this);
    }

    protected sealed override void Complete(Exception? fault)
    {
        if (fault is null)
        {
            _caller.SetResult(_result!);
        }
        else
        {
            _caller.SetException(fault);
        }
    }

    private void Finish()
    {
        try
        {
            _result = _running!.GetAwaiter().GetResult();
        }
        catch (Exception fault)
        {
            Fault = fault;
        }

        _running = null;
        Target.Finish(this);
    }
}

/// <summary>A call that returns nothing but its end.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VoidRequest : Request
{
    private AsyncTaskMethodBuilder _caller;
    private Task? _running;

    internal Task Task => _caller.Task;

    /// <summary>Calls the grain; generated.</summary>
    protected abstract ValueTask Invoke(object grain);

    internal sealed override void Begin(object grain)
    {
        try
        {
            ValueTask running = Invoke(grain);
            if (!running.IsCompletedSuccessfully)
            {
                _running = running.AsTask();
                _running.GetAwaiter().UnsafeOnCompleted(Finish);
                return;
            }
        }
        catch (Exception fault)
        {
            Fault = fault;
        }

        Target.Finish(this);
    }

    protected override void Complete(Exception? fault)
    {
        if (fault is null)
        {
            _caller.SetResult();
        }
        else
        {
            _caller.SetException(fault);
        }
    }

    private void Finish()
    {
        try
        {
            _running!.GetAwaiter().GetResult();
        }
        catch (Exception fault)
        {
            Fault = fault;
        }

        _running = null;
        Target.Finish(this);
    }
}
