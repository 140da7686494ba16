using Microsoft.Extensions.Options;
using Turnstile.Accept;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>
/// Sends records to a Kafka topic, with the minute as the key: at least once, and equal ones for equal keys. Each is acknowledged
/// by all in-sync replicas before it counts as delivered.
/// </summary>
internal sealed class KafkaWriter(IOptions<AcceptOptions> options) : IRecordWriter
{
    public const string WriterName = "kafka";

    private KafkaProducer? _producer;
    private Task _writing = Task.CompletedTask;

    public string Name => WriterName;

    /// <exception cref="InvalidOperationException">The library is not there, or does not take the settings.</exception>
    public void Check()
    {
        if (!KafkaLibrary.IsThere)
        {
            throw new InvalidOperationException(
                "Accept:Writers names kafka, which needs the library librdkafka.so.1: install it "
                + "(Debian and Ubuntu: apt-get install librdkafka1), or take kafka out of Accept:Writers.");
        }

        _producer ??= new KafkaProducer(options.Value.Kafka);
    }

    /// <summary>On a thread of its own: the library's calls block.</summary>
    public Task Write(IReadOnlyList<MinuteRecord> records, CancellationToken stop = default) => _writing = Task.Factory.StartNew(
        () => Produce(records, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>After the delivery that is under way: the library's memory is not to be taken from under its call.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _producer?.Dispose();
        _producer = null;
    }

    private void Produce(IReadOnlyList<MinuteRecord> records, CancellationToken stop)
    {
        _producer ??= new KafkaProducer(options.Value.Kafka);
        try
        {
            _producer.Write(records, stop);
        }
        catch
        {
            // Some errors end a producer for good, such as a right that it lacked: the next delivery makes its own.
            _producer.Dispose();
            _producer = null;
            throw;
        }
    }
}
