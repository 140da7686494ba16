using Turnstile.Api.Accept;
using Turnstile.Api.Compute;
using Turnstile.Api.Events;
using Turnstile.Api.Factorial;
using Turnstile.Api.Health;
using Turnstile.Api.Http;
using Turnstile.Api.Http.Description;
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

builder.AddTurnstile();
builder.AddHttp();
builder.AddKeys();
builder.AddLimits();
builder.AddHealth();
builder.AddSignals();
builder.AddLive();
builder.Services.AddComputeApi(builder.Configuration);
builder.Services.AddAcceptApi(builder.Configuration);
builder.Services.AddEventsApi(builder.Configuration);
builder.Services.AddWidgetsApi(builder.Configuration);
builder.Services.AddFactorialApi(builder.Configuration);

OperatorPort? operators = OperatorPort.Open(builder);

WebApplication app = builder.Build();

operators?.UseBasic(app);
app.UseFaults();
app.UseDraining();
app.UsePages();
app.UseGates();
app.MapDescription();
app.MapHealth();
operators?.Map(app);

RouteGroupBuilder api = app.MapGroup("").WithSharedAnswers().WithHead();
api.MapCompute();
api.MapCallers();
api.MapDeadLetters();
api.MapAccept();
api.MapEvents();
api.MapDeadEvents();
api.MapPlayers();
api.MapWidgets();
api.MapFactorial();
api.MapLive();
api.MapMetrics().ForAdmins();

await app.RunToTheEnd();
