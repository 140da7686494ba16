using Turnstile.Api.Accept;
using Turnstile.Api.Compute;
using Turnstile.Api.Events;
using Turnstile.Api.Factorial;
using Turnstile.Api.Http;
using Turnstile.Api.Http.Description;
using Turnstile.Api.Keys;
using Turnstile.Api.Widgets;
using Turnstile.Silo;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
{
    Args = args,
    // Settings and pages stand beside the program; data is written where the program was called.
    ContentRootPath = AppContext.BaseDirectory,
});

builder.AddTurnstileSilo();
builder.AddHttp();
builder.AddKeys();
builder.Services.AddComputeApi();
builder.Services.AddAcceptApi(builder.Configuration);
builder.Services.AddEventsApi(builder.Configuration);
builder.Services.AddWidgetsApi();
builder.Services.AddFactorialApi(builder.Configuration);

WebApplication app = builder.Build();

app.UseFaults();
app.UseKeys();
app.MapDescription();
app.MapOperations();

RouteGroupBuilder api = app.MapGroup("").WithSharedAnswers();
api.MapCompute();
api.MapCallers();
api.MapDeadLetters();
api.MapAccept();
api.MapEvents();
api.MapDeadEvents();
api.MapPlayers();
api.MapWidgets();
api.MapFactorial();

await app.RunAsync();
