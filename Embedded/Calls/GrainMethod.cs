using System.ComponentModel;
using Orleans.CodeGeneration;

namespace Orleans.Runtime;

/// <summary>What generated code knows of an interface method.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainMethod(string interfaceName, string name, InvokeMethodOptions options, string? responseTimeout)
{
    internal bool IsOneWay { get; } = options.HasFlag(InvokeMethodOptions.OneWay);

    internal bool IsReadOnly { get; } = options.HasFlag(InvokeMethodOptions.ReadOnly);

    internal bool IsAlwaysInterleave { get; } = options.HasFlag(InvokeMethodOptions.AlwaysInterleave);

    /// <summary>Null where the configured timeout holds.</summary>
    internal TimeSpan? ResponseTimeout { get; } =
        responseTimeout is null ? null : new ResponseTimeoutAttribute(responseTimeout).Timeout;

    public override string ToString() => $"{interfaceName}.{name}";
}
