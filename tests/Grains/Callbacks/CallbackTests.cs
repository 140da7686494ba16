using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Callbacks;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Callbacks;

public sealed class CallbackTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly CallbackOptions _options = new() { RetryMilliseconds = 1_000 };
    private readonly Resolver _resolver = new();
    private readonly BlockingCollection<string> _ends = [];
    private readonly MeterListener _listener = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SignalLogger _logger = new();
    private Endpoint _endpoint = null!;
    private CallbackSender? _sender;

    private Uri Address => new($"http://hooks.test:{_endpoint.Port}/count");

    public async Task InitializeAsync()
    {
        _endpoint = await Endpoint.Start();
        _options.Allow = "hooks.test";
    }

    public async Task DisposeAsync()
    {
        _listener.Dispose();
        _sender?.Dispose();
        await _endpoint.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task A_callback_is_a_POST_of_JSON_and_its_status_is_counted()
    {
        using CallbackQueue queue = Start();
        queue.Add(To(Address));
        Assert.Equal("POST /count {}", await _endpoint.Next());
        Assert.Equal("answered 200", End());
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://private.test:{0}/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f.1:{0}/")]
    public void An_address_that_is_not_public_is_refused_and_never_connected_to(string address)
    {
        _options.Allow = "";
        using CallbackQueue queue = Start();
        queue.Add(To(new Uri(string.Format(address, _endpoint.Port))));
        Assert.Equal("refused", End());
        Assert.Equal(0, _endpoint.Count);
    }

    [Theory]
    [InlineData("http://private.test:{0}/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("ftp://hooks.test/")]
    [InlineData("file:///etc/passwd")]
    public void A_redirect_to_such_an_address_or_another_scheme_is_not_followed(string location)
    {
        using CallbackQueue queue = Start();
        _endpoint.Answer = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = string.Format(location, _endpoint.Port);
            return Task.CompletedTask;
        };
        queue.Add(To(Address));
        Assert.Equal("refused", End());
        Assert.Equal(1, _endpoint.Count);
    }

    [Fact]
    public async Task A_redirect_to_an_allowed_address_is_followed_with_the_body()
    {
        using CallbackQueue queue = Start();
        _endpoint.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/count" ? 308 : 204;
            context.Response.Headers.Location = "/elsewhere?x=1";
            return Task.CompletedTask;
        };
        queue.Add(To(Address));
        Assert.Equal("POST /count {}", await _endpoint.Next());
        Assert.Equal("POST /elsewhere?x=1 {}", await _endpoint.Next());
        Assert.Equal("answered 204", End());
    }

    [Fact]
    public void Redirects_in_a_circle_come_to_an_end()
    {
        using CallbackQueue queue = Start();
        _endpoint.Answer = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/count";
            return Task.CompletedTask;
        };
        queue.Add(To(Address));
        Assert.Equal("refused", End());
        Assert.Equal(1 + _options.RedirectsMax, _endpoint.Count);
    }

    [Fact]
    public async Task A_host_that_fails_is_tried_again_after_a_pause_so_often_and_no_more()
    {
        _options.AttemptsMax = 3;
        using CallbackQueue queue = Start();
        _endpoint.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        queue.Add(To(Address));
        for (int i = 0; i < 3; i++)
        {
            await _endpoint.Next();
            if (i < 2)
                await PassPause(i);
        }

        Assert.Equal("answered 503", End());
        Assert.Equal(3, _endpoint.Count);
    }

    [Fact]
    public void A_request_that_the_host_does_not_like_is_not_repeated()
    {
        using CallbackQueue queue = Start();
        _endpoint.Answer = context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        queue.Add(To(Address));
        Assert.Equal("answered 404", End());
        Assert.Equal(1, _endpoint.Count);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_given_up_after_the_timeout()
    {
        _options.AttemptsMax = 1;
        using CallbackQueue queue = Start();
        var never = new TaskCompletionSource();
        _endpoint.Answer = _ => never.Task;
        queue.Add(To(Address));
        await _endpoint.Next();
        _time.Advance(TimeSpan.FromSeconds(_options.TimeoutSeconds));
        Assert.Equal("failed", End());
        never.SetResult();
    }

    [Fact]
    public void A_host_that_failed_in_a_row_is_left_alone_and_then_tried_by_one()
    {
        _options.AttemptsMax = 1;
        _options.BreakAfter = 2;
        using CallbackQueue queue = Start();
        _endpoint.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        foreach (string end in new[] { "answered 500", "answered 500", "left_alone" })
        {
            queue.Add(To(Address));
            Assert.Equal(end, End());
        }

        _endpoint.Answer = _ => Task.CompletedTask;
        _time.Advance(TimeSpan.FromSeconds(_options.BreakSeconds));
        queue.Add(To(Address));
        Assert.Equal("answered 200", End());
        Assert.Equal(3, _endpoint.Count);
    }

    [Fact]
    public void A_host_is_not_left_alone_because_what_it_is_to_be_told_cannot_be_had()
    {
        _options.AttemptsMax = 1;
        _options.BreakAfter = 1;
        using CallbackQueue queue = Start();
        queue.Add(new Callback(Address, (_, _) => throw new TimeoutException("The count cannot be had now.")));
        Assert.Equal("failed", End());
        queue.Add(To(Address));
        Assert.Equal("answered 200", End());
    }

    [Fact]
    public void A_slow_host_leaves_room_for_others_and_those_beyond_the_limit_are_dropped()
    {
        _options.RunningMax = 4;
        _options.RunningPerHostMax = 2;
        _options.PendingMax = 5;
        _options.Allow = "*";
        using CallbackQueue queue = Start();
        var release = new TaskCompletionSource();
        _endpoint.Answer = context => context.Request.Host.Host == "slow.test" ? release.Task : Task.CompletedTask;
        for (int i = 0; i < 4; i++)
            Assert.True(queue.Add(To(new Uri($"http://slow.test:{_endpoint.Port}/slow"))));
        Assert.True(queue.Add(To(new Uri($"http://fast.test:{_endpoint.Port}/fast"))));
        Assert.Equal("answered 200", End());
        Assert.True(queue.Add(To(new Uri($"http://fast.test:{_endpoint.Port}/fast"))));
        Assert.Equal("answered 200", End());
        Assert.True(queue.Add(To(new Uri($"http://slow.test:{_endpoint.Port}/slow"))));
        Assert.False(queue.Add(To(new Uri($"http://fast.test:{_endpoint.Port}/fast"))));
        Assert.Equal("dropped", End());
        release.SetResult();
        for (int i = 0; i < 5; i++)
            Assert.Equal("answered 200", End());
    }

    private static Callback To(Uri address) =>
        new(address, (to, _) => Task.FromResult(new CallbackContent(to, "{}"u8.ToArray())));

    private CallbackQueue Start()
    {
        var telemetry = new CallbackTelemetry(_services.GetRequiredService<IMeterFactory>());
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "turnstile.callbacks" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _ends.Add(
            string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        _listener.Start();
        IOptions<CallbackOptions> options = Options.Create(_options);
        _sender = new CallbackSender(options, _resolver, _time);
        return new CallbackQueue(_sender, options, telemetry, _time, new Random(1), _logger);
    }

    private string End() => _ends.TryTake(out string? end, TimeSpan.FromSeconds(30))
        ? end
        : throw new TimeoutException("No callback ended in 30 s.");

    /// <summary>Moves the clock once the callback, whose end is logged, waits for its next try.</summary>
    private async Task PassPause(int tries)
    {
        Assert.True(_logger.Lines.TryTake(out _, TimeSpan.FromSeconds(30)), "No try ended in 30 s.");
        while (_time.Waiting == 0)
            await Task.Yield();
        _time.Advance(TimeSpan.FromMilliseconds(_options.RetryMilliseconds * Math.Pow(2, tries)));
    }

    private sealed class Resolver : IHostResolver
    {
        public Task<IPAddress[]> Resolve(string host, CancellationToken stop) => host switch
        {
            "private.test" => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.1.2.3")]),
            _ when host.EndsWith(".test", StringComparison.Ordinal) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
            _ => new SystemResolver().Resolve(host, stop),
        };
    }

    private sealed class SignalLogger : ILogger<CallbackQueue>
    {
        public BlockingCollection<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
