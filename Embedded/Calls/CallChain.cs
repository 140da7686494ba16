namespace Orleans.Runtime;

/// <summary>
/// Describes who waits for whom, for the message of a timeout. What it reads may change meanwhile: it is a description.
/// </summary>
internal static class CallChain
{
    private const int LengthMax = 16;

    /// <summary>
    /// The calls that led to <paramref name="request"/>, itself, and what it waits for: <c>outside -> A.Foo(a/1) ->
    /// B.Bar(b/1)</c>. A call that waits for one that is in the chain already is a deadlock, and the text ends saying
    /// so.
    /// </summary>
    public static string Describe(Request request)
    {
        var chain = new List<Request> { request };
        for (Activation? caller = request.Caller; caller is not null && chain.Count < LengthMax; caller = chain[0].Caller)
        {
            if (caller.Blocking is not { } cause || chain.Contains(cause))
            {
                break;
            }

            chain.Insert(0, cause);
        }

        string start = chain[0].Caller is { } first ? $"{first.GrainId} -> " : "outside -> ";
        string end = Descend(chain, request);
        return start + string.Join(" -> ", chain) + end;
    }

    private static string Descend(List<Request> chain, Request last)
    {
        while (chain.Count < LengthMax)
        {
            Activation target = last.Target;
            Request? blocking = target.Blocking;
            if (blocking is not null && blocking != last)
            {
                return chain.Contains(blocking)
                    ? $", which waits for {blocking}: a deadlock"
                    : $", which waits for {blocking} called by {blocking.Caller?.GrainId.ToString() ?? "outside"}";
            }

            if (target.OldestPending is not { } next || chain.Contains(next))
            {
                return "";
            }

            chain.Add(next);
            last = next;
        }

        return " -> ...";
    }
}
