using System.Text.Json.Serialization;
using Turnstile.Api.Http;

namespace Turnstile.Api.Widgets;

/// <summary>The JSON of Widgets, generated.</summary>
[JsonSerializable(typeof(WidgetBody))]
[JsonSerializable(typeof(NewWidgetBody))]
[JsonSerializable(typeof(AssociationBody))]
[JsonSerializable(typeof(NewWidgetBody[]))]
[JsonSerializable(typeof(AssociationBody[]))]
[JsonSerializable(typeof(AssociatedBody))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(PageBody<WidgetBody>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class WidgetJson : JsonSerializerContext;
