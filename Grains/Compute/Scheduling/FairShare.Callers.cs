using Turnstile.Compute;

namespace Turnstile.Grains.Compute.Scheduling;

/// <content>How callers come into the rounds, leave them, and are forgotten.</content>
internal sealed partial class FairShare
{
    private CallerQueue Find(CallerKey key)
    {
        if (_callers.TryGetValue(key, out CallerQueue? caller))
        {
            return caller;
        }

        if (!_accounts.TryGetValue(key.Charged, out AccountShare? account))
        {
            account = new AccountShare(key.Charged, options.QuantumSeconds);
            _accounts.Add(account.Name, account);
        }

        account.Remembered++;
        caller = new CallerQueue(key, account);
        _callers.Add(key, caller);
        return caller;
    }

    /// <summary>
    /// After any change to a caller: in or out of the rounds, asked for more, or left to be forgotten.
    /// </summary>
    private void Refresh(CallerQueue caller)
    {
        AccountShare account = caller.Account;
        if (caller.NextJob() is not null)
        {
            account.Callers.Join(caller);
            _round.Join(account);
        }
        else if (caller.Active)
        {
            account.Callers.Leave(caller);
            if (account.Callers.Count == 0)
            {
                _round.Leave(account);
            }
        }

        if (account.Callers.Count == 0 && account.InFlight == 0)
        {
            account.Callers.Forgive();
        }

        if (_round.Count == 0 && InFlight == 0)
        {
            _round.Forgive();
        }

        if (caller is { More: true, Asked: false } && caller.Ready < options.WindowLow)
        {
            caller.Asked = true;
            _hungry.Enqueue(caller);
        }

        if (caller is { Idle: true, Resting: false })
        {
            caller.Resting = true;
            _resting.Enqueue(caller);
        }

        // One more than can come to rest in a call, so that they never pile up.
        Forget(2);
    }

    /// <summary>Looks at so many callers at rest.</summary>
    private void Forget(int looks)
    {
        for (; looks > 0 && _resting.TryDequeue(out CallerQueue? caller); looks--)
        {
            AccountShare account = caller.Account;
            caller.Resting = false;
            if (!caller.Idle)
            {
                continue;
            }

            bool settled = account.Callers.IsSettled(caller) && (account.Remembered > 1 || _round.IsSettled(account));
            bool recent = _resting.Count < options.RestingMax && caller.Service.Read(_now) > Negligible;
            if (!settled || recent)
            {
                caller.Resting = true;
                _resting.Enqueue(caller);
                continue;
            }

            _callers.Remove(caller.Key);
            if (--account.Remembered == 0)
            {
                _accounts.Remove(account.Name);
            }
        }
    }
}
