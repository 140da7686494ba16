namespace Turnstile.Compute;

/// <summary>
/// Who a caller is: a name within an account. Where no API keys are configured the account is empty and the caller stands
/// for itself. Its text, <c>account/name</c>, is the key of the caller's grain; an account never holds a slash, a name may.
/// </summary>
[GenerateSerializer, Immutable, Alias("turnstile.CallerKey")]
public readonly record struct CallerKey
{
    /// <param name="account">Empty where no accounts are configured.</param>
    /// <param name="name">What the caller calls itself.</param>
    public CallerKey(string account, string name)
    {
        Account = account;
        Name = name;
    }

    [Id(0)] public string Account { get; init; }

    [Id(1)] public string Name { get; init; }

    /// <summary>The account that is charged: the caller itself where there are no accounts.</summary>
    public string Charged => Account.Length == 0 ? "/" + Name : Account;

    /// <summary>Takes the grain key apart.</summary>
    /// <exception cref="FormatException">There is no slash in it.</exception>
    public static CallerKey Parse(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0
            ? new CallerKey(key[..slash], key[(slash + 1)..])
            : throw new FormatException($"'{key}' is not the key of a caller: account/name.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Account}/{Name}";
}
