namespace Turnstile.Api.Accept;
internal sealed class AcceptCallbacks { public void Add(Uri endpoint, long minute) { } }
