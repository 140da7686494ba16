namespace Turnstile.Storage;

/// <summary>Whether this service can do what it promises: grains answer, and what they store is stored. The key is 0.</summary>
[Alias("turnstile.IStorageHealthGrain")]
public interface IStorageHealthGrain : IGrainWithIntegerKey
{
    /// <summary>Writes something, as any change would be; throws where that cannot be done now.</summary>
    Task Check();
}
