using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>Results as they are stored: JSON whose shape the job's operation tells.</summary>
internal static class JobResultText
{
    public static string? Write(JobResult? result) =>
        result is null ? null : JsonSerializer.Serialize(result, TypeOf(result));

    /// <exception cref="JsonException">The text is not a result of that operation.</exception>
    public static JobResult? Read(JobOperation operation, string? text) => text is null
        ? null
        : (JobResult?)JsonSerializer.Deserialize(text, operation switch
        {
            JobOperation.Factorize => JobResultJson.Default.FactorizeResult,
            JobOperation.Factorial => JobResultJson.Default.FactorialResult,
            JobOperation.IsPrime => JobResultJson.Default.IsPrimeResult,
            JobOperation.NextPrime => (JsonTypeInfo)JobResultJson.Default.NextPrimeResult,
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "No such operation."),
        });

    private static JsonTypeInfo TypeOf(JobResult result) => result switch
    {
        FactorizeResult => JobResultJson.Default.FactorizeResult,
        FactorialResult => JobResultJson.Default.FactorialResult,
        IsPrimeResult => JobResultJson.Default.IsPrimeResult,
        NextPrimeResult => JobResultJson.Default.NextPrimeResult,
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "No such result."),
    };
}

[JsonSerializable(typeof(FactorizeResult))]
[JsonSerializable(typeof(FactorialResult))]
[JsonSerializable(typeof(IsPrimeResult))]
[JsonSerializable(typeof(NextPrimeResult))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class JobResultJson : JsonSerializerContext;
