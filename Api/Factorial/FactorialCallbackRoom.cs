namespace Turnstile.Api.Factorial;

/// <summary>Room for the callbacks of one request, all to one address. Used by one at a time.</summary>
internal sealed class FactorialCallbackRoom(FactorialCallbacks callbacks, Uri address, int count) : IDisposable
{
    private int _left = count;

    /// <summary>Has the address told as soon as the factorial has ended, which may be at once.</summary>
    public void Add(int number)
    {
        _left--;
        callbacks.Add(number, address);
    }

    public void Dispose()
    {
        callbacks.GiveBack(_left);
        _left = 0;
    }
}
