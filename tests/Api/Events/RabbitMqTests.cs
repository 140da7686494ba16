using System.Text;
using RabbitMQ.Client;
using Turnstile.Api.Events;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Events;

public sealed class RabbitMqTests : IAsyncLifetime
{
    private const int Messages = 4_000;

    private readonly string _queue = $"turnstile-test-{Guid.NewGuid():N}";
    private IConnection? _connection;
    private IChannel? _channel;

    private string DeadQueue => $"{_queue}-dead";

    private IChannel Channel => _channel ?? throw new InvalidOperationException("There is no channel yet.");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_channel is not null)
        {
            await _channel.QueueDeleteAsync(_queue);
            await _channel.QueueDeleteAsync(DeadQueue);
            await _channel.ExchangeDeleteAsync(DeadQueue);
            await _channel.DisposeAsync();
            await _connection!.DisposeAsync();
        }
    }

    [RabbitMqFact]
    public async Task Messages_are_counted_once_through_a_kill_and_what_is_no_event_goes_to_the_dead_letter_exchange()
    {
        await using ServiceProcess service = Service();
        await service.Start();
        await Connect();
        for (int i = 0; i < Messages; i++)
        {
            if (i == Messages / 2)
            {
                await service.Kill();
                await service.Start();
            }

            EventBody[] events = [Event((2 * i) + 1), Event((2 * i) + 2)];
            bool protobuf = i % 2 == 0;
            await Publish(
                protobuf ? EventsClient.ToProtobuf(events) : Encoding.UTF8.GetBytes(EventsClient.ToJson(events)),
                protobuf ? Media.Protobuf : Media.Json);
        }

        await Publish("no event"u8.ToArray(), Media.Json);
        await Publish([0xFF], Media.Protobuf);
        await Publish(Encoding.UTF8.GetBytes(EventsClient.ToJson([Event(1) with { Amount = 7 }])), Media.Json);
        await Publish(Encoding.UTF8.GetBytes(EventsClient.ToJson([Event(1)])), Media.Json);

        await service.Http.Counted(2 * Messages);
        await Wait.Until("three messages are dead-lettered", async () => await Channel.MessageCountAsync(DeadQueue) == 3);
        await Wait.Until("the queue is empty", async () => await Channel.MessageCountAsync(_queue) == 0);
    }

    [RabbitMqFact]
    public async Task A_message_that_is_no_event_and_comes_alone_leaves_the_connection_as_it_is()
    {
        await using ServiceProcess service = Service();
        await service.Start();
        await Connect();
        await Publish("no event"u8.ToArray(), Media.Json);
        await Wait.Until("the message is dead-lettered", async () => await Channel.MessageCountAsync(DeadQueue) == 1);

        await Publish(Encoding.UTF8.GetBytes(EventsClient.ToJson([Event(1)])), Media.Json);

        await service.Http.Counted(1);
        Assert.DoesNotContain("The connection to RabbitMQ or its queue has ended", service.Log, StringComparison.Ordinal);
    }

    [RabbitMqFact]
    public async Task A_queue_that_is_deleted_and_made_anew_is_read_again()
    {
        await using ServiceProcess service = Service();
        await service.Start();
        await Connect();
        await Publish(Encoding.UTF8.GetBytes(EventsClient.ToJson([Event(1)])), Media.Json);
        await service.Http.Counted(1);

        await Channel.QueueDeleteAsync(_queue);
        await Declared();
        await Publish(Encoding.UTF8.GetBytes(EventsClient.ToJson([Event(2)])), Media.Json);

        await service.Http.Counted(2);
    }

    private static EventBody Event(long id) =>
        new(id, 1 + (id % 100), 101, "bet", id, "EUR", false, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private ServiceProcess Service() => new(
        $"--Events:RabbitMq:Url={RabbitMqServer.Address}",
        $"--Events:RabbitMq:Queue={_queue}",
        $"--Events:RabbitMq:DeadLetterExchange={DeadQueue}",
        "--Events:RabbitMq:ReconnectPeriod=00:00:00.1",
        "--Events:Output=none");

    private async Task Connect()
    {
        _connection = await new ConnectionFactory { Uri = new Uri(RabbitMqServer.Address) }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        await Declared();
    }

    private Task Declared() => Wait.Until("the service has declared its queue", async () =>
    {
        await using IChannel probe = await _connection!.CreateChannelAsync();
        try
        {
            await probe.QueueDeclarePassiveAsync(_queue);
            return true;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return false;
        }
    });

    private async Task Publish(byte[] body, string contentType) => await Channel.BasicPublishAsync(
        "", _queue, mandatory: true, new BasicProperties { ContentType = contentType, Persistent = true }, body);
}
