namespace Turnstile.Accept;

/// <summary>Closes minutes and knows what was counted in them. There is one, with key 0.</summary>
[Alias("turnstile.IMinutesGrain")]
public interface IMinutesGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Closes every minute that is due and writes its record. To be called again and again by every silo: whatever was left
    /// half done is finished, and a minute that is recorded stays as it is.
    /// </summary>
    Task CloseDue();

    /// <summary>The unique ids of the minute: so far, or of its record.</summary>
    Task<long> Count(long minute);

    /// <summary>The minute that runs, and the last 60 records.</summary>
    Task<MinutesView> View();
}
