using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Turnstile.Api.Http;

namespace Turnstile.Api.Live;

/// <summary>
/// The pages of the live console, which are part of the program: read once, kept packed. They hold no data, so they are served to
/// anybody; what they show they ask the API for, with the key of whoever looks.
/// </summary>
internal sealed class LivePages
{
    private const string Resources = "wwwroot/";
    private const string Folder = "/console/";
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private readonly FrozenDictionary<string, LivePage> _pages = Load();

    /// <summary>Serves the page that the request is for.</summary>
    /// <returns>False where it is for none.</returns>
    public bool TryServe(HttpContext context, out Task served)
    {
        served = Task.CompletedTask;
        string path = context.Request.Path.Value ?? "";
        bool mayBe = path == "/" || path.StartsWith(Folder, StringComparison.Ordinal);
        if (!mayBe || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            || !_pages.TryGetValue(path, out LivePage? page))
        {
            return false;
        }

        PageHeaders.Set(context.Response.Headers, Policy);
        served = page.Serve(context);
        return true;
    }

    private static FrozenDictionary<string, LivePage> Load() => typeof(LivePages).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Resources, StringComparison.Ordinal))
        .Select(name => (Path: "/" + name[Resources.Length..].Replace('\\', '/'), Name: name))
        .ToFrozenDictionary(
            resource => resource.Path == "/index.html" ? "/" : resource.Path,
            resource => LivePage.Load(resource.Name),
            StringComparer.Ordinal);
}

/// <summary>One file of the pages, ready to be sent.</summary>
internal sealed record LivePage(string ContentType, byte[] Content, byte[] Packed, string Tag)
{
    public static LivePage Load(string resource)
    {
        using Stream stream = typeof(LivePage).Assembly.GetManifestResourceStream(resource)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(content.ToArray());
        }

        string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content.ToArray()))[..16]}\"";
        return new LivePage(TypeOf(resource), content.ToArray(), packed.ToArray(), tag);
    }

    public async Task Serve(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ETag = Tag;
        headers.CacheControl = "no-cache";
        headers.Vary = "Accept-Encoding";
        if (EntityTags.IsKnown(context.Request, Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        bool packed = context.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "br" && coding.Quality is not 0);
        byte[] body = packed ? Packed : Content;
        if (packed)
        {
            headers.ContentEncoding = "br";
        }

        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static string TypeOf(string resource) => Path.GetExtension(resource) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        { } other => throw new InvalidOperationException($"A page with the ending '{other}' has no media type."),
    };
}
