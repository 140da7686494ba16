using Turnstile.Api.Compute;
using Turnstile.Api.Factorial;
using Turnstile.Api.Http;
using Turnstile.Silo;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
{
    Args = args,
    // Settings and pages stand beside the program; data is written where the program was called.
    ContentRootPath = AppContext.BaseDirectory,
});

builder.AddTurnstileSilo();
builder.AddHttp();
builder.Services.AddComputeApi();
builder.Services.AddFactorialApi();

WebApplication app = builder.Build();

app.UseHttp();
app.MapCompute();
app.MapCallers();
app.MapDeadLetters();
app.MapFactorial();
app.MapOperations();

await app.RunAsync();
