using Microsoft.Extensions.Primitives;
using Turnstile.Api.Keys;

namespace Turnstile.Api.Http;

/// <summary><c>?account=</c>: whose things those ask for who may see everybody's.</summary>
internal static class AccountQuery
{
    private const string Name = "account";

    /// <summary>Has what cannot be an account answered 400, before the endpoint looks for it.</summary>
    public static RouteGroupBuilder TakingAccount(this RouteGroupBuilder endpoints) =>
        endpoints.AddEndpointFilter((context, next) => IsGood(context.HttpContext.Request.Query[Name])
            ? next(context)
            : ValueTask.FromResult<object?>(Problems.BadField(Name, $"Must be {ApiKey.AccountRule}, once.")));

    /// <summary>The account that is asked for; one's own for who may not see others, or names none.</summary>
    public static string Of(HttpContext context, string? asked)
    {
        Identity identity = context.Identity();
        return identity.Admin && asked is not null ? asked : identity.Account;
    }

    // An empty one is that of a service without keys.
    private static bool IsGood(StringValues accounts) => accounts is [] or [""] || (accounts is [{ } one] && ApiKey.IsAccount(one));
}
