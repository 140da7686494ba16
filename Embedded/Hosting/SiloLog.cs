using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>What the engine writes to the log.</summary>
internal sealed partial class SiloLog(ILogger<Silo> logger)
{
    public void OneWayFailed(Request request, Exception? fault)
    {
        if (fault is not null)
        {
            LogOneWayFailed(request, fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "One-way call {Request} failed")]
    private partial void LogOneWayFailed(Request request, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A turn of grain {GrainId} let an exception out")]
    public partial void TurnFailed(GrainId grainId, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Grain {GrainId} could not be activated")]
    public partial void ActivationFailed(GrainId grainId, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "OnDeactivateAsync of grain {GrainId} failed")]
    public partial void DeactivationFailed(GrainId grainId, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A timer tick of grain {GrainId} failed; the timer goes on")]
    public partial void TimerFailed(GrainId grainId, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What waited for the end of a timer of grain {GrainId} failed")]
    public partial void TimerEndFailed(GrainId grainId, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {Request} was not answered in time: {Chain}")]
    public partial void CallTimedOut(Request request, string chain);

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo runs with {Classes} grain classes")]
    public partial void Started(int classes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The time to stop was over before all grains had stopped")]
    public partial void StoppedLate();
}
