using System.Net;

namespace Turnstile.Publisher;

/// <summary>Exchange rates that never change, for machines without a network.</summary>
internal static class RatesServer
{
    private static readonly byte[] Answer =
        """{"base":"EUR","rates":{"USD":1.0684,"GBP":0.8573,"NZD":1.7921,"JPY":161.47,"KWD":0.3291,"BTC":0.0000158}}"""u8.ToArray();

    public static async Task Run(int port)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://localhost:{port}/");
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        Console.WriteLine($"Rates are served at http://localhost:{port}/");
        while (true)
        {
            HttpListenerContext context = await listener.GetContextAsync();
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Answer);
            context.Response.Close();
        }
    }
}
