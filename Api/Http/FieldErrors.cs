namespace Turnstile.Api.Http;

/// <summary>The bad fields of a request, each with its reasons.</summary>
internal sealed class FieldErrors
{
    // A body can be wrong in ten thousand lines; the first hundred are enough to mend it.
    private const int FieldsMax = 100;

    // A field can stand in a body a million times, wrong each time.
    private const int ReasonsMax = 10;

    // Made with the first error: most requests have none.
    private Dictionary<string, List<string>>? _reasons;

    public bool Any => _reasons is not null;

    public void Add(string field, string reason)
    {
        _reasons ??= [];
        if (_reasons.TryGetValue(field, out List<string>? reasons))
        {
            if (reasons.Count < ReasonsMax && !reasons.Contains(reason))
            {
                reasons.Add(reason);
            }
        }
        else if (_reasons.Count < FieldsMax)
        {
            _reasons.Add(field, [reason]);
        }
    }

    public void Add(FieldErrors others)
    {
        if (others._reasons is null)
        {
            return;
        }

        foreach ((string field, List<string> reasons) in others._reasons)
        {
            reasons.ForEach(reason => Add(field, reason));
        }
    }

    public Dictionary<string, string[]> ToDictionary() =>
        _reasons?.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()) ?? [];
}
