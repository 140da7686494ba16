using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>Work that nobody awaits, because nothing is promised on it.</summary>
internal static class Background
{
    /// <summary>Lets the task run; a failure is logged with what it was.</summary>
    public static async void InBackground(
        this Task task, ILogger logger, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task;
        }
        catch (Exception e)
        {
            logger.Log(e.Level(), e, "In the background failed: {What}", what);
        }
    }
}
