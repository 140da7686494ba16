using System.Runtime.ExceptionServices;
using Turnstile.Api.Health;

namespace Turnstile.Api.Http;

/// <summary>
/// The endpoints that are asked most: routing calls them at once, past what else stands between, each of which costs every request. The
/// gates before all endpoints stand before these, too, and what goes wrong goes through the same middleware, though only then.
/// </summary>
internal static class StraightEndpoints
{
    /// <summary>
    /// Has routing call the endpoint at once. For one that writes each of its answers itself: a bare status would stay bare.
    /// </summary>
    public static void Straight(this RouteHandlerBuilder endpoint)
    {
        endpoint.Finally(built =>
        {
            var way = new ApplicationBuilder(built.ApplicationServices);
            way.UseLateFaults();
            way.UseDraining();
            way.UseGates();
            way.Run(built.RequestDelegate!);
            built.RequestDelegate = way.Build();
        });
        endpoint.ShortCircuit();
    }

    /// <summary>What is thrown behind it is thrown again behind the middleware that answers faults.</summary>
    private static void UseLateFaults(this ApplicationBuilder app)
    {
        IApplicationBuilder faults = app.New();
        faults.UseFaults();
        faults.Run(context =>
        {
            context.Features.Get<ExceptionDispatchInfo>()!.Throw();
            return Task.CompletedTask;
        });
        RequestDelegate fail = faults.Build();
        app.Use(next => context => Call(next, context, fail));
    }

    private static async Task Call(RequestDelegate endpoint, HttpContext context, RequestDelegate fail)
    {
        try
        {
            await endpoint(context);
        }
        catch (Exception e)
        {
            context.Features.Set(ExceptionDispatchInfo.Capture(e));
            await fail(context);
        }
    }
}
