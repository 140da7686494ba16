#if ENGINE_ORLEANS
using Turnstile.Silo;
using Turnstile.Silo.Cluster;
using Turnstile.Silo.Signals;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});

builder.AddTurnstileSilo();
builder.AddHealth();
builder.AddSignals();

WebApplication app = builder.Build();

app.MapHealth();
app.MapMetrics();

await app.RunToTheEnd();
return 0;
#else
Console.Error.WriteLine(
    "The embedded engine runs inside the gateway: start Api. A silo of its own needs a build with -p:Engine=Orleans.");
return 2;
#endif
