using System.Runtime.InteropServices;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>The part of librdkafka (C library, 1.6 or later) that a producer of a few records needs.</summary>
internal static partial class KafkaLibrary
{
    public const int EventDelivery = 1;
    public const int EventError = 8;
    public const int ConfigurationOk = 0;
    public const int Producer = 0;
    public const int MessageCopy = 2;
    public const int AnyPartition = -1;
    public const int ErrorTextBytes = 512;

    private const string Library = "librdkafka.so.1";

    /// <summary>Whether the library is on this machine.</summary>
    public static bool IsThere
    {
        get
        {
            if (!NativeLibrary.TryLoad(Library, typeof(KafkaLibrary).Assembly, null, out nint handle))
                return false;
            NativeLibrary.Free(handle);
            return true;
        }
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint CreateConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void DestroyConfiguration(nint configuration);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Set(nint configuration, string name, string value, Span<byte> error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_events")]
    public static partial void SetEvents(nint configuration, int events);

    /// <summary>Owns the configuration from its success on.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint Create(int type, nint configuration, Span<byte> error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_main")]
    public static partial nint MainQueue(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void DestroyQueue(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint CreateTopic(nint client, string name, nint configuration);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void DestroyTopic(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_produce")]
    public static partial int Produce(
        nint topic, int partition, int flags, ReadOnlySpan<byte> payload, nuint length, ReadOnlySpan<byte> key, nuint keyLength, nint tag);

    [LibraryImport(Library, EntryPoint = "rd_kafka_last_error")]
    public static partial int LastError();

    [LibraryImport(Library, EntryPoint = "rd_kafka_err2str")]
    public static partial nint ErrorText(int error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_poll")]
    public static partial nint Poll(nint queue, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_type")]
    public static partial int EventType(nint occurrence);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_message_next")]
    public static partial nint NextMessage(nint occurrence);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_error_string")]
    public static partial nint EventErrorText(nint occurrence);

    [LibraryImport(Library, EntryPoint = "rd_kafka_event_destroy")]
    public static partial void DestroyEvent(nint occurrence);

    /// <summary>The text of an error.</summary>
    public static string Describe(int error) => Marshal.PtrToStringUTF8(ErrorText(error)) ?? $"error {error}";

    /// <summary>The text that the library has written into a buffer.</summary>
    public static string Text(ReadOnlySpan<byte> buffer)
    {
        int end = buffer.IndexOf((byte)0);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? buffer : buffer[..end]);
    }
}
