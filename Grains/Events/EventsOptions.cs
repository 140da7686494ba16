using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Events;

/// <summary>The limits of Events; section <c>Events</c> of the configuration.</summary>
public sealed class EventsOptions
{
    public const string Section = "Events";

    /// <summary>
    /// Partitions among which players are divided, 1…256; default 16, which keeps eight cores busy. Fixed by the first
    /// start on a database.
    /// </summary>
    [Range(1, 256)]
    public int Partitions { get; set; } = 16;

    /// <summary>Events in one body, 1…1,000,000; default 200,000, what 16 MiB hold of the smallest.</summary>
    [Range(1, 1_000_000)]
    public int BatchMax { get; set; } = 200_000;

    /// <summary>
    /// Events of a partition that may wait, in the inbox or for another attempt, 1…100,000,000; default 100,000: a few
    /// seconds of work. More are refused with 429.
    /// </summary>
    [Range(1, 100_000_000)]
    public int WaitingPerPartitionMax { get; set; } = 100_000;

    /// <summary>
    /// Events that a partition takes up at a time, 1…100,000; default 4,096. Larger ones save little and hold more
    /// memory.
    /// </summary>
    [Range(1, 100_000)]
    public int StepMax { get; set; } = 4_096;

    /// <summary>
    /// How long a partition that had little to do waits before it looks again, 0…1 s; default 20 ms. Events that come
    /// one by one are then enriched and stored some together, which costs a fraction; nobody waits for it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan GatherPeriod { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// How often an event is tried before it becomes a dead letter, 1…100; default 8, with the doubling period some two
    /// minutes.
    /// </summary>
    [Range(1, 100)]
    public int AttemptsMax { get; set; } = 8;

    /// <summary>
    /// The wait before the second attempt, doubled before each further one; 0.01 s…1 hour, default 1 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts; 0.01 s…1 day, default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan RetryPeriodMax { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How far ahead of this machine's clock an event may be dated; 0…1 day, default 5 minutes for clocks that differ.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan FutureMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Where the final events go, a JSON line each: <c>stdout</c> (the default), <c>none</c>, or the path of a file.
    /// </summary>
    [Required]
    public string Output { get; set; } = "stdout";

    /// <summary>
    /// Days for which final events are kept, 0…36,500; 0, the default, for good. Ids are kept in any case: a repeat is one for ever.
    /// </summary>
    [Range(0, 36_500)]
    public double KeepDays { get; set; }

    /// <summary>The titles of games by id, for descriptions.</summary>
    public Dictionary<long, string> Games { get; } = new()
    {
        [100] = "Rocket Dice",
        [101] = "It's bananas!",
    };

    /// <summary>
    /// Events counted between two snapshots of a partition: what a start has to count again. Tests make it small.
    /// </summary>
    [Range(1, 1_000_000)]
    public int SnapshotEvents { get; set; } = 20_000;
}
