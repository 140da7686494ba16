using System.Text.Json.Serialization;

namespace Turnstile.Api.Http;

/// <summary>One page of a list; <c>next</c> is the cursor of the next one, null on the last.</summary>
internal sealed record PageBody<T>(
    IReadOnlyList<T> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
