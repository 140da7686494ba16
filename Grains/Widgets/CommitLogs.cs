using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Widgets.Log;

namespace Turnstile.Grains.Widgets;

/// <summary>Where the commit log is: in files beside the SQLite file, or in the PostgreSQL database.</summary>
internal sealed class CommitLogs(
    IOptions<StorageOptions> storage, IOptions<WidgetOptions> options, ILogger<CommitLogs> logger)
{
    private const string FolderSuffix = "-widgets";

    /// <summary>The log, for the owner of this epoch; to be recovered first.</summary>
    public ICommitLog Open(long epoch) => storage.Value.ConnectionString is { Length: > 0 } connection
        ? new PostgresCommitLog(connection, epoch)
        : new FileCommitLog(Path.GetFullPath(storage.Value.Path) + FolderSuffix, options.Value.LogFileBytes, logger);
}
