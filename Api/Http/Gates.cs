using Turnstile.Api.Keys;
using Turnstile.Api.Limits;
using Turnstile.Silo.Signals;

namespace Turnstile.Api.Http;

/// <summary>What every request for an endpoint passes.</summary>
internal static class Gates
{
    public static void UseGates(this IApplicationBuilder app)
    {
        app.UseTraces();
        app.UseKeys();
        app.UseLimits();
        app.UseSecondTry();
    }
}
