using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnstile.Fuzz;

/// <summary>What the OpenAPI document says may be asked for.</summary>
public sealed record Contract(IReadOnlyList<Operation> Operations)
{
    /// <exception cref="JsonException">It is no OpenAPI document.</exception>
    public static Contract Parse(string document)
    {
        JsonNode root = JsonNode.Parse(document) ?? throw new JsonException("The document is empty.");
        var operations = new List<Operation>();
        foreach ((string path, JsonNode? methods) in root["paths"]!.AsObject())
        {
            foreach ((string method, JsonNode? operation) in methods!.AsObject())
            {
                operations.Add(Read(method.ToUpperInvariant(), path, operation!));
            }
        }

        return new Contract(operations);
    }

    private static Operation Read(string method, string path, JsonNode operation) => new(
        method,
        path,
        [
            .. (operation["parameters"]?.AsArray() ?? []).Select(parameter => new Parameter(
                (string)parameter!["name"]!,
                Enum.Parse<Place>((string)parameter["in"]!, ignoreCase: true),
                (bool?)parameter["required"] ?? false,
                Text(parameter["example"]) ?? Text(parameter["schema"]?["enum"]?[0]))),
        ],
        [
            .. (operation["requestBody"]?["content"]?.AsObject() ?? [])
                .Select(media => new Content(media.Key, Text(media.Value?["example"]))),
        ],
        [.. operation["responses"]!.AsObject().Select(response => int.Parse(response.Key))]);

    /// <summary>A text as it is; anything else as JSON.</summary>
    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString();
}

/// <summary>A path with a method, what it reads, and the statuses it may answer.</summary>
public sealed record Operation(
    string Method, string Path, IReadOnlyList<Parameter> Parameters, IReadOnlyList<Content> Bodies, HashSet<int> Statuses);

/// <summary>Something that is read from a request besides its body.</summary>
public sealed record Parameter(string Name, Place Place, bool Required, string? Example);

/// <summary>A body that is understood, with an example where the document gives one.</summary>
public sealed record Content(string Media, string? Example);

public enum Place
{
    Path,
    Query,
    Header,
}
