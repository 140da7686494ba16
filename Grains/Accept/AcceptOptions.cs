using System.ComponentModel.DataAnnotations;
using Turnstile.Grains.Accept.Counting;
using Turnstile.Grains.Accept.Writers;

namespace Turnstile.Grains.Accept;

/// <summary>How ids are counted and where the counts go; section <c>Accept</c> of the configuration.</summary>
public sealed class AcceptOptions : IValidatableObject
{
    public const string Section = "Accept";

    /// <summary>
    /// Grains that share the ids, 1…1,024; default 1: one takes more than a machine can ask for, and every further
    /// one makes the batches smaller. In a cluster about as many as silos, the same in every process. A change takes
    /// effect at a restart; counts stay exact even where processes differ in it.
    /// </summary>
    [Range(1, 1024)]
    public int Shards { get; set; } = 1;

    /// <summary>
    /// How long after its end a minute closes, 1…600 s; default 5. By so much the clocks of gateways may be off, and so
    /// long may ids be on their way; those beyond are answered <c>failed</c>.
    /// </summary>
    [Range(1, 600)]
    public int GraceSeconds { get; set; } = 5;

    /// <summary>
    /// How long a minute is, 1…60 s, a divisor of 60; default 60. Shorter ones are for trying the service out.
    /// </summary>
    [Range(1, 60)]
    public int MinuteSeconds { get; set; } = 60;

    /// <summary>
    /// Requests of a gateway that may wait for the disk, 1…10,000,000; default 100,000. More are answered <c>failed</c> at once.
    /// </summary>
    [Range(1, 10_000_000)]
    public int WaitingMax { get; set; } = 100_000;

    /// <summary>
    /// How long a request may wait for others whose ids go to disk together with its own, 0…100 ms; default 2. It waits only
    /// where others ask at the same time; with 0, never.
    /// </summary>
    [Range(0, 100)]
    public int GatherMilliseconds { get; set; } = 2;

    /// <summary>Ids in one call from a gateway to a shard, 1…1,000,000; default 8,192, 64 KiB.</summary>
    [Range(1, 1_000_000)]
    public int BatchMax { get; set; } = 8_192;

    /// <summary>
    /// Counted ids that a gateway remembers to answer repeats at once, 0…100,000,000; default 65,536, 512 KiB. Rounded up to a power
    /// of two; 0 turns it off.
    /// </summary>
    [Range(0, 100_000_000)]
    public int RecentMax { get; set; } = 65_536;

    /// <summary>
    /// Records that are kept, 60…10,000,000; default 10,080, a week. One that a writer has not delivered is kept
    /// longer.
    /// </summary>
    [Range(60, 10_000_000)]
    public int RecordsMax { get; set; } = 10_080;

    /// <summary>
    /// Where records go: <c>file</c>, <c>log</c>, <c>kafka</c>, <c>rabbitmq</c>; default <c>file</c> alone.
    /// </summary>
    public IList<string> Writers { get; } = [];

    /// <summary>
    /// How callbacks are made: <c>POST</c> (default) with a JSON body, or <c>GET</c> with <c>count</c> in the query.
    /// </summary>
    [RegularExpression("(?i)POST|GET", ErrorMessage = "CallbackMethod is POST or GET.")]
    public string CallbackMethod { get; set; } = "POST";

    public FileWriterOptions File { get; } = new();

    public KafkaWriterOptions Kafka { get; } = new();

    public RabbitWriterOptions RabbitMq { get; } = new();

    internal IReadOnlyList<string> WriterNames =>
        Writers.Count == 0 ? [FileWriter.WriterName] : [.. Writers.Select(name => name.Trim().ToLowerInvariant())];

    internal MinuteClock Clock => new(MinuteSeconds, TimeSpan.FromSeconds(GraceSeconds));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinuteSeconds > 0 && 60 % MinuteSeconds != 0)
            yield return new ValidationResult("MinuteSeconds is a divisor of 60.", [nameof(MinuteSeconds)]);
        if (Writers.Distinct(StringComparer.OrdinalIgnoreCase).Count() != Writers.Count)
            yield return new ValidationResult("A writer is named twice.", [nameof(Writers)]);
    }
}
