using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// The stored state is not the one the writer had read. Leaving a grain, it ends the activation, so that the next call
/// reads the state anew.
/// </summary>
public class InconsistentStateException : OrleansException
{
    public InconsistentStateException()
    {
    }

    public InconsistentStateException(string message)
        : base(message)
    {
    }

    public InconsistentStateException(string message, Exception? innerException)
        : base(message, innerException!)
    {
    }

    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : this(errorMsg, storedEtag, currentEtag, null)
    {
    }

    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
        : base(errorMsg, storageException!)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    public InconsistentStateException(string? storedEtag, string? currentEtag, Exception storageException)
        : this(storageException.Message, storedEtag, currentEtag, storageException)
    {
    }

    /// <summary>The version in the storage.</summary>
    public string? StoredEtag { get; }

    /// <summary>The version the writer had.</summary>
    public string? CurrentEtag { get; }

    /// <summary>
    /// Cleared once the grain whose state it is has been told: callers that let it pass keep their activation.
    /// </summary>
    internal bool IsSourceActivation { get; set; } = true;
}
