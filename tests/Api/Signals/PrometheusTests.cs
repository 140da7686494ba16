using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Turnstile.Silo.Signals;

namespace Turnstile.Api.Tests.Signals;

public sealed class PrometheusTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Meter _meter;
    private readonly Measurements _measurements;

    public PrometheusTests()
    {
        IMeterFactory meters = _services.GetRequiredService<IMeterFactory>();
        _meter = meters.Create("Turnstile.Test");
        _measurements = new Measurements(meters, Options.Create(new SignalOptions { SeriesMax = 3 }));
    }

    private string Text
    {
        get
        {
            var text = new PrometheusText();
            foreach (MeasuredInstrument instrument in _measurements.Read()
                .Where(one => one.Name.StartsWith("test_", StringComparison.Ordinal)))
            {
                text.Add(instrument);
            }

            return text.ToString();
        }
    }

    public void Dispose()
    {
        _measurements.Dispose();
        _services.Dispose();
    }

    [Theory]
    [InlineData("turnstile.accept.ids", "{id}", Gathering.Counter, "turnstile_accept_ids_total")]
    [InlineData("turnstile.compute.cpu.time", "s", Gathering.Counter, "turnstile_compute_cpu_time_seconds_total")]
    [InlineData("turnstile.widgets.log.size", "By", Gathering.Gauge, "turnstile_widgets_log_size_bytes")]
    [InlineData("cache.hit_rate", "1", Gathering.Gauge, "cache_hit_rate_ratio")]
    [InlineData("jobs.total", null, Gathering.Counter, "jobs_total")]
    [InlineData("wait.seconds", "s", Gathering.Histogram, "wait_seconds")]
    [InlineData("speed", "m/s", Gathering.Gauge, "speed_m_per_second")]
    [InlineData("0x.y-z", "", Gathering.Gauge, "_0x_y_z")]
    public void Names_are_translated_as_OpenTelemetry_lays_down(string instrument, string? unit, object gathering, string name) =>
        Assert.Equal(name, PrometheusName.Of(instrument, unit, (Gathering)gathering));

    [Fact]
    public void Counters_are_added_up_by_their_labels_and_gauges_keep_their_last_value()
    {
        Counter<long> counter = _meter.CreateCounter<long>("test.calls", "{call}", "Calls, by end.");
        Gauge<double> gauge = _meter.CreateGauge<double>("test.heat");
        counter.Add(2, new KeyValuePair<string, object?>("end", "good"));
        counter.Add(3, new KeyValuePair<string, object?>("end", "good"));
        counter.Add(1, new KeyValuePair<string, object?>("end", "a \"bad\"\\one\n"));
        gauge.Record(1);
        gauge.Record(0.5);

        Assert.Equal(
            """
            # HELP test_calls_total Calls, by end.
            # TYPE test_calls_total counter
            test_calls_total{end="a \"bad\"\\one\n"} 1
            test_calls_total{end="good"} 5
            # TYPE test_heat gauge
            test_heat 0.5

            """,
            Text);
    }

    [Fact]
    public void What_is_only_told_when_asked_is_asked_for_each_reading()
    {
        int asked = 0;
        _meter.CreateObservableUpDownCounter("test.asked", () => ++asked);

        Assert.Contains("test_asked 1\n", Text, StringComparison.Ordinal);
        Assert.Contains("test_asked 2\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_told_any_more_is_not_shown_any_more()
    {
        List<Measurement<int>> told = [new(7, new KeyValuePair<string, object?>("where", "here")), new(8)];
        _meter.CreateObservableGauge("test.told", () => told);

        Assert.Contains("test_told{where=\"here\"} 7\n", Text, StringComparison.Ordinal);
        told.RemoveAt(0);
        Assert.DoesNotContain("here", Text, StringComparison.Ordinal);
        Assert.Contains("test_told 8\n", Text, StringComparison.Ordinal);
        told.Clear();
        Assert.DoesNotContain("test_told", Text, StringComparison.Ordinal);
        told.Add(new(9));
        Assert.Contains("test_told 9\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_of_a_histogram_count_everything_up_to_their_end()
    {
        Histogram<double> histogram = _meter.CreateHistogram(
            "test.size", null, null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] });
        foreach (double value in new[] { 0.5, 1, 1.5, 7 })
        {
            histogram.Record(value, new KeyValuePair<string, object?>("kind", "x"));
        }

        Assert.Equal(
            """
            # TYPE test_size histogram
            test_size_bucket{kind="x",le="1"} 2
            test_size_bucket{kind="x",le="2"} 3
            test_size_bucket{kind="x",le="+Inf"} 4
            test_size_sum{kind="x"} 10
            test_size_count{kind="x"} 4

            """,
            Text);
    }

    [Fact]
    public void Label_sets_beyond_the_limit_are_counted_together()
    {
        Counter<int> counter = _meter.CreateCounter<int>("test.many");
        for (int i = 0; i < 10; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("i", i));
        }

        Assert.Contains("test_many_total{i=\"2\"} 1\n", Text, StringComparison.Ordinal);
        Assert.DoesNotContain("i=\"3\"", Text, StringComparison.Ordinal);
        Assert.Contains("test_many_total{otel_metric_overflow=\"true\"} 7\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_only_told_when_asked_is_added_up_beyond_the_limit_too_anew_for_each_reading()
    {
        int value = 1;
        _meter.CreateObservableGauge(
            "test.all", () => Enumerable.Range(0, 10).Select(i => new Measurement<int>(value, new KeyValuePair<string, object?>("i", i))));

        Assert.Contains("test_all{otel_metric_overflow=\"true\"} 7\n", Text, StringComparison.Ordinal);
        value = 2;
        Assert.Contains("test_all{otel_metric_overflow=\"true\"} 14\n", Text, StringComparison.Ordinal);
        Assert.Contains("test_all{i=\"2\"} 2\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_threads_measure()
    {
        Counter<double> counter = _meter.CreateCounter<double>("test.threads");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                counter.Add(0.5, new KeyValuePair<string, object?>("thread", thread % 2));
            }
        })));

        Assert.Contains("test_threads_total{thread=\"0\"} 20000\n", Text, StringComparison.Ordinal);
        Assert.Contains("test_threads_total{thread=\"1\"} 20000\n", Text, StringComparison.Ordinal);
    }
}
