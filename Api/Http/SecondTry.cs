namespace Turnstile.Api.Http;

/// <summary>
/// Reads that fail because a silo has gone are tried once more, after about the time in which the cluster finds that out.
/// Everything else is answered 503: only whoever asked knows whether it may be asked twice.
/// </summary>
internal static class SecondTry
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static void UseSecondTry(this IApplicationBuilder app)
    {
        TimeProvider time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        app.Use(next => context => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            ? Read(context, next, time)
            : next(context));
    }

    private static async Task Read(HttpContext context, RequestDelegate next, TimeProvider time)
    {
        try
        {
            await next(context);
            return;
        }
        catch (Exception e) when (Faults.MayPass(e) && !context.Response.HasStarted)
        {
            await Task.Delay(Pause, time, context.RequestAborted);
        }

        await next(context);
    }
}
