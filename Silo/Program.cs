#if ENGINE_ORLEANS
using Turnstile.Silo;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.AddTurnstileSilo();
await builder.Build().RunAsync();
return 0;
#else
Console.Error.WriteLine(
    "The embedded engine runs inside the gateway: start Api. A silo of its own needs a build with -p:Engine=Orleans.");
return 2;
#endif
