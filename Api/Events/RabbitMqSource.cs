using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Turnstile.Api.Events;

/// <summary>Puts the RabbitMQ source into the gateway, where a broker is configured.</summary>
internal static class RabbitMqRegistration
{
    public static void AddRabbitMqSource(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RabbitMqOptions>()
            .Bind(configuration.GetSection(RabbitMqOptions.Section))
            .ValidateDataAnnotations()
            .Validate(
                options => options.Url is null or { IsAbsoluteUri: true, Scheme: "amqp" or "amqps" },
                "Events:RabbitMq:Url must be an absolute amqp or amqps address.")
            .ValidateOnStart();
        if (configuration[$"{RabbitMqOptions.Section}:{nameof(RabbitMqOptions.Url)}"] is { Length: > 0 })
        {
            services.AddSingleton<RabbitMqIntake>();
            services.AddHostedService<RabbitMqSource>();
        }
    }
}

/// <summary>
/// Reads events from a queue. A message is acknowledged once its events are in the inbox; whatever happens before, the
/// broker delivers it again, and the ids of its events make that harmless. One that is no event goes to the dead letter
/// exchange.
/// </summary>
internal sealed class RabbitMqSource(
    RabbitMqIntake intake, IOptions<RabbitMqOptions> options, TimeProvider time, ILogger<RabbitMqSource> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Consume(stoppingToken);
                logger.LogWarning("The connection to RabbitMQ or its queue has ended; it is made again.");
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "RabbitMQ cannot be used; it is tried again.");
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(options.Value.ReconnectPeriod, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Consume(CancellationToken stop)
    {
        RabbitMqOptions settings = options.Value;
        var factory = new ConnectionFactory
        {
            Uri = settings.Url!,
            ClientProvidedName = "turnstile",
            // Delivery tags do not survive a connection: a new one begins with unacknowledged messages delivered again.
            AutomaticRecoveryEnabled = false,
        };
        await using IConnection connection = await factory.CreateConnectionAsync(stop);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: stop);
        await Declare(channel, settings, stop);
        await channel.BasicQosAsync(0, (ushort)settings.Prefetch, global: false, stop);

        var deliveries = Channel.CreateUnbounded<Delivery>(new UnboundedChannelOptions { SingleReader = true });
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            // The body belongs to the client only until this returns.
            deliveries.Writer.TryWrite(new Delivery(
                message.DeliveryTag, message.BasicProperties.ContentType, message.Body.ToArray()));
            return Task.CompletedTask;
        };
        consumer.ShutdownAsync += (_, _) => End(deliveries);

        // The broker takes the queue away, deleted or with a node that is gone, and leaves the connection as it is.
        consumer.UnregisteredAsync += (_, _) => End(deliveries);
        connection.ConnectionShutdownAsync += (_, _) => End(deliveries);
        await channel.BasicConsumeAsync(settings.Queue, autoAck: false, consumer, stop);
        logger.LogInformation("Events are read from the RabbitMQ queue {Queue}.", settings.Queue);
        await Pump(deliveries.Reader, channel, stop);
    }

    private static Task End(Channel<Delivery> deliveries)
    {
        deliveries.Writer.TryComplete();
        return Task.CompletedTask;
    }

    private static async Task Declare(IChannel channel, RabbitMqOptions settings, CancellationToken stop)
    {
        await channel.ExchangeDeclareAsync(
            settings.DeadLetterExchange, ExchangeType.Fanout, durable: true, cancellationToken: stop);
        await channel.QueueDeclareAsync(
            settings.DeadLetterExchange, durable: true, exclusive: false, autoDelete: false, cancellationToken: stop);
        await channel.QueueBindAsync(
            settings.DeadLetterExchange, settings.DeadLetterExchange, routingKey: "", cancellationToken: stop);
        await channel.QueueDeclareAsync(
            settings.Queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?> { ["x-dead-letter-exchange"] = settings.DeadLetterExchange },
            cancellationToken: stop);
    }

    private async Task Pump(ChannelReader<Delivery> deliveries, IChannel channel, CancellationToken stop)
    {
        var batch = new List<Delivery>();
        while (await deliveries.WaitToReadAsync(stop))
        {
            batch.Clear();
            while (batch.Count < options.Value.Prefetch && deliveries.TryRead(out Delivery delivery))
            {
                batch.Add(delivery);
            }

            var rejected = new HashSet<ulong>();
            foreach ((Delivery bad, string reason) in await intake.Take(batch, stop))
            {
                logger.LogWarning("A message of RabbitMQ is dead-lettered: {Reason}", reason);
                rejected.Add(bad.Tag);
                await channel.BasicNackAsync(bad.Tag, multiple: false, requeue: false, stop);
            }

            // Tags rise in the order of delivery, so the last one speaks for all; a rejected one would close the channel.
            if (rejected.Count < batch.Count)
            {
                await channel.BasicAckAsync(batch.Last(taken => !rejected.Contains(taken.Tag)).Tag, multiple: true, stop);
            }
        }
    }
}

/// <summary>A message of the queue.</summary>
internal readonly record struct Delivery(ulong Tag, string? ContentType, byte[] Body);
