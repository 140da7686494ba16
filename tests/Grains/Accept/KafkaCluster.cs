using System.Runtime.InteropServices;
using System.Text;

namespace Turnstile.Grains.Tests.Accept;

/// <summary>
/// The cluster of brokers that librdkafka has for tests, in this process, and a consumer of one partition of a topic.
/// </summary>
internal sealed partial class KafkaCluster : IDisposable
{
    private const string Library = "librdkafka.so.1";
    private const int Consumer = 1;
    private const int FromBeginning = -2;
    private const short InitProducerId = 22;
    private const int ClusterAuthorizationFailed = 31;

    private readonly nint _client;
    private readonly nint _cluster;

    public KafkaCluster()
    {
        nint configuration = NewConfiguration();
        Set(configuration, "test.mock.num.brokers", "3");
        _client = Create(0, configuration, null, 0);
        Assert.NotEqual(0, _client);
        _cluster = MockCluster(_client);
        BootstrapServers = Marshal.PtrToStringUTF8(Bootstraps(_cluster))!;
        CreateMockTopic(_cluster, "counts", 1, 3);
    }

    public string BootstrapServers { get; }

    /// <summary>The first messages of the topic, as key and value.</summary>
    public List<(string Key, string Value)> Read(int count)
    {
        nint configuration = NewConfiguration();
        Set(configuration, "bootstrap.servers", BootstrapServers);
        nint client = Create(Consumer, configuration, null, 0);
        nint topic = NewTopic(client, "counts", 0);
        Assert.Equal(0, StartConsuming(topic, 0, FromBeginning));
        var messages = new List<(string Key, string Value)>();
        while (messages.Count < count)
        {
            nint pointer = Consume(topic, 0, 30_000);
            Assert.NotEqual(0, pointer);
            Message message = Marshal.PtrToStructure<Message>(pointer);
            if (message.Error == 0)
                messages.Add((Text(message.Key, message.KeyLength), Text(message.Payload, message.Length)));
            DestroyMessage(pointer);
        }

        Assert.Equal(0, StopConsuming(topic, 0));
        DestroyTopic(topic);
        Destroy(client);
        return messages;
    }

    /// <summary>The next producer is told that it may not produce, which ends it for good.</summary>
    public void TurnProducerAway() => PushErrors(_cluster, InitProducerId, 1, [ClusterAuthorizationFailed]);

    public void Dispose() => Destroy(_client);

    private static string Text(nint bytes, nuint length) => Marshal.PtrToStringUTF8(bytes, (int)length);

    private static void Set(nint configuration, string name, string value)
    {
        byte[] error = new byte[512];
        Assert.True(SetValue(configuration, name, value, error, (nuint)error.Length) == 0, Encoding.UTF8.GetString(error));
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetValue(nint configuration, string name, string value, byte[] error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint Create(int type, nint configuration, byte[]? error, nuint errorLength);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    private static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_handle_mock_cluster")]
    private static partial nint MockCluster(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMockTopic(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushErrors(nint cluster, short request, nuint count, int[] errors);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NewTopic(nint client, string name, nint configuration);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    private static partial void DestroyTopic(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_start")]
    private static partial int StartConsuming(nint topic, int partition, long offset);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_stop")]
    private static partial int StopConsuming(nint topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume")]
    private static partial nint Consume(nint topic, int partition, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    private static partial void DestroyMessage(nint message);

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public nint Payload;
        public nuint Length;
        public nint Key;
        public nuint KeyLength;
        public long Offset;
        public nint Private;
    }
}
