using System.Text.Json.Serialization;
using Turnstile.Api.Compute;
using Turnstile.Compute;

namespace Turnstile.Api.Http;

/// <summary>The JSON of the API, generated.</summary>
[JsonSerializable(typeof(JobBody))]
[JsonSerializable(typeof(JobAcceptedBody))]
[JsonSerializable(typeof(BatchAcceptedBody))]
[JsonSerializable(typeof(JobStatusBody))]
[JsonSerializable(typeof(JobProgressBody))]
[JsonSerializable(typeof(PageBody<JobBody>))]
[JsonSerializable(typeof(CallerBody))]
[JsonSerializable(typeof(PageBody<CallerBody>))]
[JsonSerializable(typeof(CallerSettingsBody))]
[JsonSerializable(typeof(ComputeBody))]
[JsonSerializable(typeof(ComputeBody[]))]
[JsonSerializable(typeof(FactorizeResult))]
[JsonSerializable(typeof(FactorialResult))]
[JsonSerializable(typeof(LargeFactorialBody))]
[JsonSerializable(typeof(IsPrimeResult))]
[JsonSerializable(typeof(NextPrimeResult))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UtcTimes)])]
internal sealed partial class ApiJson : JsonSerializerContext;
