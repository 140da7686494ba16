using Orleans;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests.Embedded;

public interface IToldGrain : IGrainWithStringKey
{
    /// <summary>Calls another grain; says how that ended and where.</summary>
    [ResponseTimeout("1.00:00:00")]
    Task<string> WhatWriteEndsWith(string other);
}

public sealed class ToldGrain(IGrainContextAccessor accessor) : Grain, IToldGrain
{
    public async Task<string> WhatWriteEndsWith(string other)
    {
        try
        {
            await GrainFactory.GetGrain<ITurnGrain>(other).Write("note");
            return "written";
        }
        catch (TimeoutException fault)
        {
            return $"{fault.GetType().Name} {(ReferenceEquals(accessor.GrainContext, GrainContext) ? "in turn" : "elsewhere")}";
        }
    }
}
