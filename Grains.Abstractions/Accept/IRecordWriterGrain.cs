namespace Turnstile.Accept;

/// <summary>Delivers the records of closed minutes to one destination. The key is the writer's name.</summary>
[Alias("turnstile.IRecordWriterGrain")]
public interface IRecordWriterGrain : IGrainWithStringKey
{
    /// <summary>
    /// Delivers what is there and not delivered. To be called again and again by every silo. A destination that is away is
    /// logged and tried again by a later call; the records wait for it.
    /// </summary>
    Task Deliver();
}
