using System.Text;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using Turnstile.Accept;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Accept.Writers;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Accept;

public sealed class RabbitWriterTests
{
    private readonly AcceptOptions _options = new();

    [RabbitMqFact]
    public async Task Records_are_in_the_queue_as_messages_that_outlive_the_broker()
    {
        _options.RabbitMq.Uri = RabbitMqServer.Address;
        _options.RabbitMq.Queue = $"turnstile-test-{Guid.NewGuid():N}";
        await using (var writer = new RabbitWriter(Options.Create(_options), TimeProvider.System))
        {
            await writer.Write([Record(0, 5)]);
            await writer.Write([Record(60, 6)]);
        }

        var factory = new ConnectionFactory { Uri = new Uri(RabbitMqServer.Address) };
        await using IConnection connection = await factory.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        foreach ((string id, int count) in new[] { ("1970-01-01T00:00:00Z", 5), ("1970-01-01T00:01:00Z", 6) })
        {
            BasicGetResult? message = await channel.BasicGetAsync(_options.RabbitMq.Queue, autoAck: true);
            Assert.Equal(id, message?.BasicProperties.MessageId);
            Assert.True(message!.BasicProperties.Persistent);
            Assert.Equal($$"""{"minute":"{{id}}","unique_ids":{{count}}}""", Encoding.UTF8.GetString(message.Body.Span));
        }

        await channel.QueueDeleteAsync(_options.RabbitMq.Queue);
    }

    [Fact]
    public async Task A_broker_that_is_away_fails_the_delivery()
    {
        _options.RabbitMq.Uri = "amqp://127.0.0.1:1/";
        await using var writer = new RabbitWriter(Options.Create(_options), TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(() => writer.Write([Record(0, 5)]));
    }

    [Fact]
    public async Task An_address_that_is_none_is_told_at_the_start()
    {
        _options.RabbitMq.Uri = "http://localhost";
        await using var writer = new RabbitWriter(Options.Create(_options), TimeProvider.System);
        Assert.Throws<InvalidOperationException>(writer.Check);
    }

    private static MinuteRecord Record(long minute, long ids) => new() { Minute = minute, UniqueIds = ids };
}
