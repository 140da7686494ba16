using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>Where records go in RabbitMQ; section <c>Accept:RabbitMq</c>.</summary>
public sealed class RabbitWriterOptions
{
    /// <summary>
    /// The broker, <c>amqp://user:password@host:port/vhost</c> or <c>amqps://…</c>; default
    /// <c>amqp://guest:guest@localhost:5672/</c>.
    /// </summary>
    [Required]
    public string Uri { get; set; } = "amqp://guest:guest@localhost:5672/";

    /// <summary>The durable queue, which is declared; default <c>turnstile.accept</c>.</summary>
    [Required]
    public string Queue { get; set; } = "turnstile.accept";

    /// <summary>
    /// How long connecting and the confirmation of all records handed over together may take, 1,000…20,000 ms; default 10,000.
    /// </summary>
    [Range(1_000, 20_000)]
    public int TimeoutMilliseconds { get; set; } = 10_000;
}
