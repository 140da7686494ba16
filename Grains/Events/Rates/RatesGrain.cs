using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Events;

namespace Turnstile.Grains.Events.Rates;

/// <summary>
/// Asks the source of rates for everybody: callers that come while a request is under way share it, because a grain is
/// in one place of the cluster and its calls interleave.
/// </summary>
/// <remarks>The last believed rates are stored, so that a restart neither asks again early nor trusts a lie
/// sooner.</remarks>
[Reentrant]
internal sealed class RatesGrain : Grain, IRatesGrain
{
    private readonly IPersistentState<RatesState> _state;
    private readonly RatesSource _source;
    private readonly RatesOptions _options;
    private readonly EventsTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger<RatesGrain> _logger;
    private readonly RatesBook _book;
    private readonly CircuitBreaker _breaker;
    private Task? _fetch;
    private string? _problem;
    private DateTimeOffset _askedAt = DateTimeOffset.MinValue;

    public RatesGrain(
        [PersistentState("rates")] IPersistentState<RatesState> state,
        RatesSource source,
        IOptions<RatesOptions> options,
        EventsTelemetry telemetry,
        TimeProvider time,
        ILogger<RatesGrain> logger)
    {
        _state = state;
        _source = source;
        _options = options.Value;
        _telemetry = telemetry;
        _time = time;
        _logger = logger;
        _book = new RatesBook(_options.Ttl, _options.StaleMax, (decimal)_options.JumpMax);
        _breaker = new CircuitBreaker(_options.FailuresMax, _options.BreakPeriod);
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private string BaseCurrency => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _book.Recover(_state.State);
        return Task.CompletedTask;
    }

    public async Task<ExchangeRates> Current(ImmutableArray<string> currencies)
    {
        if (!_source.IsConfigured)
        {
            return ExchangeRates.None with { Problem = "Rates:Url is not set", Hopeless = true };
        }

        if (_book.Needs(currencies, Now) && MayAsk())
        {
            // One request serves everybody who comes before its answer.
            _fetch ??= Fetch();
            await _fetch;
        }

        return _book.View(currencies, Now, _problem);
    }

    /// <summary>
    /// A source that has answered, but not believably, is asked again at the pace at which a broken one is.
    /// </summary>
    private bool MayAsk() =>
        _fetch is not null || !_book.IsAnswered(Now) || Now - _askedAt >= _options.BreakPeriod;

    private async Task Fetch()
    {
        // What the first caller's turn has left to do goes on while others join.
        await Task.Yield();
        try
        {
            TimeSpan wait = _options.AttemptPeriod;
            for (int attempt = 1; _breaker.TryBegin(Now) && !await Ask() && attempt < _options.Attempts; attempt++)
            {
                await Task.Delay(wait, _time);
                wait *= 2;
            }
        }
        finally
        {
            _fetch = null;
        }
    }

    /// <returns>False where the source gave no answer that could be read.</returns>
    private async Task<bool> Ask()
    {
        _askedAt = Now;
        bool answered = false;
        try
        {
            RatesAnswer answer = await _source.Fetch(BaseCurrency);
            IReadOnlyCollection<string> rejected = _book.Take(answer, Now);
            if (rejected.Count > 0)
            {
                _logger.LogWarning("Rates not believed: {Currencies}", string.Join(", ", rejected));
            }

            answered = true;
            _problem = null;
            _telemetry.RatesAsked(rejected.Count > 0 ? "doubtful" : "good");
            await Store();
        }
        catch (Exception e) when (e is InvalidDataException or HttpRequestException or TimeoutException)
        {
            _problem = e.Message;
            _telemetry.RatesAsked("failed");
            _logger.LogWarning("Rates could not be had: {Problem}", e.Message);
        }
        finally
        {
            _breaker.End(answered, Now);
        }

        return answered;
    }

    /// <summary>A failure costs nothing but a request after the next restart.</summary>
    private async Task Store()
    {
        try
        {
            _state.State = _book.State;
            await _state.WriteStateAsync();
        }
        catch (Exception e)
        {
            _logger.LogWarning(e, "The rates could not be stored.");
        }
    }
}
