using System.ComponentModel.DataAnnotations;

namespace Turnstile.Api.Events;

/// <summary>
/// A RabbitMQ queue that events are also taken from; section <c>Events:RabbitMq</c> of the configuration.
/// </summary>
public sealed class RabbitMqOptions
{
    public const string Section = "Events:RabbitMq";

    /// <summary><c>amqp://user:password@host:5672/vhost</c>. Unset (the default): no queue is read.</summary>
    public Uri? Url { get; set; }

    /// <summary>The durable queue, declared if it is not there; default <c>turnstile.events</c>.</summary>
    [Required]
    public string Queue { get; set; } = "turnstile.events";

    /// <summary>
    /// The durable fanout exchange that gets messages which are no events; default <c>turnstile.events.dead</c>. A
    /// queue of the same name is bound to it, so that they are kept.
    /// </summary>
    [Required]
    public string DeadLetterExchange { get; set; } = "turnstile.events.dead";

    /// <summary>
    /// Messages delivered and not acknowledged, 1…65,535; default 2,000: what one commit takes in together.
    /// </summary>
    [Range(1, 65_535)]
    public int Prefetch { get; set; } = 2_000;

    /// <summary>The wait before a broker that is away is tried again; 0.1 s…10 minutes, default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan ReconnectPeriod { get; set; } = TimeSpan.FromSeconds(2);
}
