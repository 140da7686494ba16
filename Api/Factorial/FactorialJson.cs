using System.Text.Json.Serialization;
using Turnstile.Api.Http;

namespace Turnstile.Api.Factorial;

/// <summary>The JSON of Factorial, generated.</summary>
[JsonSerializable(typeof(FactorialRequestBody))]
[JsonSerializable(typeof(FactorialBatchRequestBody))]
[JsonSerializable(typeof(FactorialBody))]
[JsonSerializable(typeof(FactorialBatchBody))]
[JsonSerializable(typeof(PageBody<FactorialBody>))]
[JsonSerializable(typeof(FactorialStatsBody))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimes)])]
internal sealed partial class FactorialJson : JsonSerializerContext;
