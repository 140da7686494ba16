using System.Runtime.InteropServices;
using Turnstile.Accept;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>
/// A producer of librdkafka: idempotent, acknowledged by all in-sync replicas. Its calls block; one is made at a time.
/// </summary>
internal sealed class KafkaProducer : IDisposable
{
    private const int PollMilliseconds = 100;

    private readonly nint _client;
    private readonly nint _queue;
    private readonly nint _topic;
    private string _trouble = "no broker has answered";

    /// <exception cref="InvalidOperationException">The library does not take the settings.</exception>
    public KafkaProducer(KafkaWriterOptions options)
    {
        nint configuration = KafkaLibrary.CreateConfiguration();
        try
        {
            foreach ((string name, string value) in Settings(options))
                Set(configuration, name, value);
            KafkaLibrary.SetEvents(configuration, KafkaLibrary.EventDelivery | KafkaLibrary.EventError);
            Span<byte> error = stackalloc byte[KafkaLibrary.ErrorTextBytes];
            _client = KafkaLibrary.Create(KafkaLibrary.Producer, configuration, error, (nuint)error.Length);
            if (_client == 0)
                throw new InvalidOperationException($"Accept:Kafka cannot be used: {KafkaLibrary.Text(error)}");
        }
        catch
        {
            KafkaLibrary.DestroyConfiguration(configuration);
            throw;
        }

        _topic = KafkaLibrary.CreateTopic(_client, options.Topic, 0);
        if (_topic == 0)
        {
            string reason = KafkaLibrary.Describe(KafkaLibrary.LastError());
            KafkaLibrary.Destroy(_client);
            throw new InvalidOperationException($"Accept:Kafka:Topic cannot be used: {reason}");
        }

        _queue = KafkaLibrary.MainQueue(_client);
    }

    /// <summary>Produces the records and waits until each is acknowledged or given up.</summary>
    /// <exception cref="IOException">One was given up.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more; the producer is to be disposed of.</exception>
    public void Write(IReadOnlyList<MinuteRecord> records, CancellationToken stop)
    {
        int pending = 0;
        int failure = 0;
        foreach (MinuteRecord record in records)
        {
            if (Produce(record) is { } error and not 0)
                failure = error;
            else
                pending++;
        }

        while (pending > 0)
        {
            stop.ThrowIfCancellationRequested();
            nint occurrence = KafkaLibrary.Poll(_queue, PollMilliseconds);
            if (occurrence == 0)
                continue;
            try
            {
                pending -= Take(occurrence, ref failure);
            }
            finally
            {
                KafkaLibrary.DestroyEvent(occurrence);
            }
        }

        if (failure != 0)
            throw new IOException($"Kafka did not take the records: {KafkaLibrary.Describe(failure)} ({_trouble}).");
    }

    public void Dispose()
    {
        KafkaLibrary.DestroyTopic(_topic);
        KafkaLibrary.DestroyQueue(_queue);
        KafkaLibrary.Destroy(_client);
    }

    private static IEnumerable<(string Name, string Value)> Settings(KafkaWriterOptions options)
    {
        yield return ("client.id", "turnstile");
        foreach ((string name, string value) in options.Settings)
            yield return (name, value);
        yield return ("bootstrap.servers", options.BootstrapServers);
        yield return ("acks", "all");
        yield return ("enable.idempotence", "true");
        yield return ("linger.ms", "0");
        yield return ("message.timeout.ms", options.TimeoutMilliseconds.ToString());
    }

    private static void Set(nint configuration, string name, string value)
    {
        Span<byte> error = stackalloc byte[KafkaLibrary.ErrorTextBytes];
        if (KafkaLibrary.Set(configuration, name, value, error, (nuint)error.Length) != KafkaLibrary.ConfigurationOk)
            throw new InvalidOperationException($"Accept:Kafka cannot be used: {KafkaLibrary.Text(error)}");
    }

    private int Produce(MinuteRecord record)
    {
        byte[] payload = RecordJson.Write(record);
        byte[] key = System.Text.Encoding.UTF8.GetBytes(RecordJson.Minute(record.Minute));
        int result = KafkaLibrary.Produce(
            _topic,
            KafkaLibrary.AnyPartition,
            KafkaLibrary.MessageCopy,
            payload,
            (nuint)payload.Length,
            key,
            (nuint)key.Length,
            0);
        return result == 0 ? 0 : KafkaLibrary.LastError();
    }

    /// <returns>How many records the event settles.</returns>
    private int Take(nint occurrence, ref int failure)
    {
        if (KafkaLibrary.EventType(occurrence) == KafkaLibrary.EventError)
            _trouble = Marshal.PtrToStringUTF8(KafkaLibrary.EventErrorText(occurrence)) ?? _trouble;
        if (KafkaLibrary.EventType(occurrence) != KafkaLibrary.EventDelivery)
            return 0;
        int settled = 0;
        while (KafkaLibrary.NextMessage(occurrence) is var message and not 0)
        {
            // The error is the first field of the message.
            int error = Marshal.ReadInt32(message);
            failure = error != 0 ? error : failure;
            settled++;
        }

        return settled;
    }
}
