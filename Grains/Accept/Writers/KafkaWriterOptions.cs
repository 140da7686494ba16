using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>Where records go in Kafka; section <c>Accept:Kafka</c>.</summary>
public sealed class KafkaWriterOptions
{
    /// <summary>The brokers to begin with, <c>host:port,host:port</c>; default <c>localhost:9092</c>.</summary>
    [Required]
    public string BootstrapServers { get; set; } = "localhost:9092";

    /// <summary>The topic; default <c>turnstile.accept</c>.</summary>
    [Required]
    public string Topic { get; set; } = "turnstile.accept";

    /// <summary>
    /// How long a record may take to be acknowledged, 1,000…20,000 ms; default 10,000. Then it is handed over anew, a
    /// little later.
    /// </summary>
    [Range(1_000, 20_000)]
    public int TimeoutMilliseconds { get; set; } = 10_000;

    /// <summary>
    /// Further settings of librdkafka by their own names: <c>security.protocol</c>, <c>sasl.username</c>, …
    /// </summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>();
}
