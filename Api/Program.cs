using Turnstile.Api.Accept;
using Turnstile.Api.Compute;
using Turnstile.Api.Events;
using Turnstile.Api.Factorial;
using Turnstile.Api.Health;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Api.Limits;
using Turnstile.Api.Live;
using Turnstile.Api.Widgets;
using Turnstile.Silo;
using Turnstile.Silo.Signals;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
{
    Args = args,
    // Settings and pages stand beside the program; data is written where the program was called.
    ContentRootPath = AppContext.BaseDirectory,
});

builder.AddTurnstileSilo();
builder.AddHttp();
builder.AddKeys();
builder.AddLimits();
builder.AddHealth();
builder.AddSignals();
builder.AddLive();
builder.Services.AddComputeApi();
builder.Services.AddAcceptApi(builder.Configuration);
builder.Services.AddEventsApi(builder.Configuration);
builder.Services.AddWidgetsApi();
builder.Services.AddFactorialApi();

WebApplication app = builder.Build();

app.UseFaults();
app.UseDraining();
app.UsePages();
app.UseTraces();
app.UseKeys();
app.UseLimits();
app.MapDescription();
app.MapCompute();
app.MapCallers();
app.MapDeadLetters();
app.MapAccept();
app.MapEvents();
app.MapDeadEvents();
app.MapPlayers();
app.MapWidgets();
app.MapFactorial();
app.MapLive();
app.MapHealth();
app.MapMetrics().ForAdmins();

await app.RunAsync();
