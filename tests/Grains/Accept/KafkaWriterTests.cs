using Microsoft.Extensions.Options;
using Turnstile.Accept;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Accept.Writers;

namespace Turnstile.Grains.Tests.Accept;

public sealed class KafkaWriterTests
{
    private readonly AcceptOptions _options = new();

    public KafkaWriterTests() => _options.Kafka.Topic = "counts";

    [KafkaFact]
    public async Task Records_are_in_the_topic_by_their_minutes()
    {
        using var cluster = new KafkaCluster();
        _options.Kafka.BootstrapServers = cluster.BootstrapServers;
        await using KafkaWriter writer = New();
        await writer.Write([Record(0, 5)]);
        await writer.Write([Record(60, 6), Record(120, 7)]);
        Assert.Equal(
            [
                ("1970-01-01T00:00:00Z", """{"minute":"1970-01-01T00:00:00Z","unique_ids":5}"""),
                ("1970-01-01T00:01:00Z", """{"minute":"1970-01-01T00:01:00Z","unique_ids":6}"""),
                ("1970-01-01T00:02:00Z", """{"minute":"1970-01-01T00:02:00Z","unique_ids":7}"""),
            ],
            cluster.Read(3));
    }

    [KafkaFact]
    public async Task A_cluster_that_is_away_fails_the_delivery_and_takes_it_when_it_is_back()
    {
        // A port that nobody listens on.
        _options.Kafka.BootstrapServers = "127.0.0.1:1";
        _options.Kafka.TimeoutMilliseconds = 1_000;
        await using (KafkaWriter writer = New())
            await Assert.ThrowsAsync<IOException>(() => writer.Write([Record(0, 5)]));

        using var cluster = new KafkaCluster();
        _options.Kafka.BootstrapServers = cluster.BootstrapServers;
        _options.Kafka.TimeoutMilliseconds = 20_000;
        await using KafkaWriter again = New();
        await again.Write([Record(0, 5)]);
        Assert.Equal("1970-01-01T00:00:00Z", Assert.Single(cluster.Read(1)).Key);
    }

    [KafkaFact]
    public async Task A_producer_that_its_cluster_turned_away_for_good_is_followed_by_one_that_it_takes()
    {
        using var cluster = new KafkaCluster();
        cluster.TurnProducerAway();
        _options.Kafka.BootstrapServers = cluster.BootstrapServers;
        _options.Kafka.TimeoutMilliseconds = 20_000;
        await using KafkaWriter writer = New();
        await Assert.ThrowsAsync<IOException>(() => writer.Write([Record(0, 5)]));
        await writer.Write([Record(0, 5)]);
        Assert.Equal("1970-01-01T00:00:00Z", Assert.Single(cluster.Read(1)).Key);
    }

    [KafkaFact]
    public async Task A_setting_that_the_library_does_not_know_is_told_at_the_start()
    {
        _options.Kafka.Settings["no.such.setting"] = "1";
        await using var writer = new KafkaWriter(Options.Create(_options));
        Assert.Contains("no.such.setting", Assert.Throws<InvalidOperationException>(writer.Check).Message);
    }

    [KafkaFact]
    public async Task A_topic_that_cannot_be_one_is_told_at_the_start()
    {
        _options.Kafka.Topic = new string('x', 1_000);
        await using var writer = new KafkaWriter(Options.Create(_options));
        Assert.Contains("Accept:Kafka:Topic", Assert.Throws<InvalidOperationException>(writer.Check).Message);
    }

    [KafkaFact]
    public async Task A_delivery_that_is_under_way_is_over_before_its_producer_goes()
    {
        // A port that nobody listens on.
        _options.Kafka.BootstrapServers = "127.0.0.1:1";
        _options.Kafka.TimeoutMilliseconds = 1_000;
        KafkaWriter writer = New();
        Task writing = writer.Write([Record(0, 5)]);
        await writer.DisposeAsync();
        Assert.True(writing.IsCompleted);
        await Assert.ThrowsAsync<IOException>(() => writing);
    }

    [KafkaFact]
    public async Task A_delivery_to_a_cluster_that_is_away_is_given_up_when_the_process_is_to_end()
    {
        // A port that nobody listens on.
        _options.Kafka.BootstrapServers = "127.0.0.1:1";
        _options.Kafka.TimeoutMilliseconds = 20_000;
        await using KafkaWriter writer = New();
        using var stop = new CancellationTokenSource();
        Task writing = writer.Write([Record(0, 5)], stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private static MinuteRecord Record(long minute, long ids) => new() { Minute = minute, UniqueIds = ids };

    private KafkaWriter New()
    {
        var writer = new KafkaWriter(Options.Create(_options));
        writer.Check();
        return writer;
    }
}

/// <summary>A test that needs librdkafka, which CI has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaFactAttribute : FactAttribute
{
    public KafkaFactAttribute()
    {
        if (!KafkaLibrary.IsThere && Environment.GetEnvironmentVariable("CI") != "true")
            Skip = "librdkafka.so.1 is not on this machine";
    }
}
