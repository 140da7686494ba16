using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using Turnstile.Accept;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>
/// Publishes records to a durable queue of RabbitMQ, as persistent messages with the minute as their id: at least once. Each
/// is confirmed by the broker before it counts as delivered.
/// </summary>
internal sealed class RabbitWriter(IOptions<AcceptOptions> options, TimeProvider time) : IRecordWriter
{
    public const string WriterName = "rabbitmq";

    private readonly RabbitWriterOptions _options = options.Value.RabbitMq;
    private IConnection? _connection;
    private IChannel? _channel;

    public string Name => WriterName;

    /// <exception cref="InvalidOperationException">The address of the broker cannot be read.</exception>
    public void Check() => Factory();

    public async Task Write(IReadOnlyList<MinuteRecord> records, CancellationToken stop = default)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(_options.TimeoutMilliseconds), time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            IChannel channel = await Channel(patience.Token);
            foreach (MinuteRecord record in records)
            {
                var properties = new BasicProperties
                {
                    ContentType = "application/json",
                    DeliveryMode = DeliveryModes.Persistent,
                    MessageId = RecordJson.Minute(record.Minute),
                };
                await channel.BasicPublishAsync(
                    "", _options.Queue, mandatory: true, properties, RecordJson.Write(record), patience.Token);
            }
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        IConnection? connection = _connection;
        _connection = null;
        _channel = null;
        if (connection is not null)
            await connection.DisposeAsync();
    }

    private async Task<IChannel> Channel(CancellationToken stop)
    {
        if (_channel is { IsOpen: true })
            return _channel;

        await DisposeAsync();
        _connection = await Factory().CreateConnectionAsync(stop);
        var confirmed = new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        _channel = await _connection.CreateChannelAsync(confirmed, stop);
        await _channel.QueueDeclareAsync(
            _options.Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: stop);
        return _channel;
    }

    private ConnectionFactory Factory()
    {
        if (!Uri.TryCreate(_options.Uri, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("amqp" or "amqps"))
            throw new InvalidOperationException("Accept:RabbitMq:Uri is not of the form amqp://user:password@host:port/vhost.");

        // A connection that broke is made anew by the next delivery, which knows what is missing.
        return new ConnectionFactory { Uri = uri, AutomaticRecoveryEnabled = false, ClientProvidedName = "turnstile" };
    }
}
