using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Turnstile.Benchmarks.Events;

/// <summary>
/// What a broker takes and gives: persistent messages of 200 bytes, confirmed, then acknowledged one by one.
/// </summary>
internal static class RabbitMqLoad
{
    private const string Queue = "turnstile.benchmark";
    private const int MessageBytes = 200;
    private const ushort Prefetch = 1_000;

    private static readonly TimeProvider Time = TimeProvider.System;

    public static async Task Run(Uri broker, double seconds)
    {
        var factory = new ConnectionFactory { Uri = broker };
        await using IConnection connection = await factory.CreateConnectionAsync();
        await using IChannel setup = await connection.CreateChannelAsync();
        await setup.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
        long published = 0;
        foreach (int inFlight in (int[])[1, 64, 1_000])
        {
            (long count, double elapsed) = await Publish(connection, inFlight, seconds);
            published += count;
            Console.WriteLine($"  RabbitMQ: publish with confirm, {inFlight,5} in flight {count / elapsed,20:N0} messages/s");
        }

        (long consumed, double consuming) = await Consume(connection, published);
        Console.WriteLine($"  RabbitMQ: consume and acknowledge, prefetch {Prefetch} {consumed / consuming,17:N0} messages/s");
        await setup.QueueDeleteAsync(Queue);
    }

    private static async Task<(long Count, double Seconds)> Publish(IConnection connection, int inFlight, double seconds)
    {
        await using IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true,
            publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: new ThrottlingRateLimiter(inFlight * 2, 100)));
        byte[] body = new byte[MessageBytes];
        var properties = new BasicProperties { Persistent = true };
        long start = Time.GetTimestamp();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
        {
            long count = 0;
            while (Time.GetElapsedTime(start).TotalSeconds < seconds)
            {
                await channel.BasicPublishAsync("", Queue, mandatory: true, properties, body);
                count++;
            }

            return count;
        }));
        return (counts.Sum(), Time.GetElapsedTime(start).TotalSeconds);
    }

    private static async Task<(long Count, double Seconds)> Consume(IConnection connection, long messages)
    {
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, Prefetch, global: false);
        var done = new TaskCompletionSource();
        long count = 0;
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, message) =>
        {
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
            if (++count == messages)
            {
                done.SetResult();
            }
        };
        long start = Time.GetTimestamp();
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
        await done.Task;
        return (count, Time.GetElapsedTime(start).TotalSeconds);
    }
}
