using System.Text;
using System.Text.Json.Nodes;

namespace Turnstile.Api.Tests.Contract;

/// <summary>The OpenAPI document tells all that a client has to know.</summary>
public sealed class DescriptionTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Problem = "application/problem+json";

    [Fact]
    public Task Every_operation_has_a_name_of_its_own_a_summary_and_a_group() => Check(operation =>
    [
        operation.Missing(operation.Node["operationId"], "operationId"),
        operation.Missing(operation.Node["summary"], "summary"),
        operation.Missing(operation.Node["tags"]?[0], "tags"),
    ]);

    [Fact]
    public async Task No_two_operations_have_one_name()
    {
        IEnumerable<string> names = (await Operations()).Select(operation => (string)operation.Node["operationId"]!);

        Assert.Empty(names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public Task Every_parameter_says_what_it_means_and_is_in_the_path_where_the_path_names_it() => Check(operation =>
    [
        .. operation.Parameters.SelectMany(parameter => new[]
        {
            operation.Missing(parameter["description"], $"description of {parameter["name"]}"),
            operation.Missing(parameter["schema"]?["type"], $"type of {parameter["name"]}"),
        }),
        .. operation.Path.Split('/').Where(segment => segment.StartsWith('{')).Select(segment => operation.Missing(
            operation.Parameters.FirstOrDefault(parameter => $"{{{parameter["name"]}}}" == segment), $"parameter {segment}")),
    ]);

    [Fact]
    public Task Every_answer_has_a_schema_and_an_example() => Check(operation => operation.Answers.SelectMany(answer =>
        (answer.Node["content"]?.AsObject() ?? []).SelectMany(content => new[]
        {
            operation.Missing(content.Value?["schema"], $"schema of {answer.Status} in {content.Key}"),
            operation.Missing(content.Value?["example"], $"example of {answer.Status} in {content.Key}"),
        })));

    [Fact]
    public Task Every_problem_is_described_as_one() => Check(operation => operation.Answers
        .Where(answer => answer.Status >= 400 && !operation.Path.EndsWith("/accept", StringComparison.Ordinal))
        .Select(answer => operation.Missing(answer.Node["content"]?[Problem], $"{Problem} of {answer.Status}")));

    [Fact]
    public Task What_any_call_may_be_answered_is_told_of_each() => Check(operation => operation.IsHealth
        ? []
        :
        [
            operation.Missing(operation.Header(401, "WWW-Authenticate"), "WWW-Authenticate of 401"),
            operation.Missing(operation.Header(429, "Retry-After"), "Retry-After of 429"),
            operation.Missing(operation.Header(503, "Retry-After"), "Retry-After of 503"),
            operation.Method == "GET" ? null : operation.Missing(operation.Answer(403), "403 for pages of other sites"),
            .. operation.Node["requestBody"] is null
                ? Array.Empty<string?>()
                : new[] { 400, 408, 413, 415 }.Select(status => operation.Missing(operation.Answer(status), $"{status}")),
        ]);

    [Fact]
    public async Task Every_example_of_a_body_is_taken_as_it_stands()
    {
        var refused = new List<string>();
        foreach (Operation operation in await Operations())
        {
            foreach ((string media, JsonNode? content) in operation.Node["requestBody"]?["content"]?.AsObject() ?? [])
            {
                if (media == "application/x-protobuf")
                {
                    continue;
                }

                JsonNode? example = content!["example"];
                string path = operation.Path
                    .Replace("{caller}", "me", StringComparison.Ordinal)
                    .Replace("{id}", "11", StringComparison.Ordinal);
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path);
                request.Headers.Add("X-Caller-ID", "me");
                string body = media.EndsWith("ndjson", StringComparison.Ordinal) ? (string)example! : example!.ToJsonString();
                request.Content = new StringContent(body, Encoding.UTF8, media);
                using HttpResponseMessage answer = await service.Http.SendAsync(request);
                if ((int)answer.StatusCode is 400 or 415 or >= 500)
                {
                    refused.Add($"{operation.Method} {path} {media}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                }
            }
        }

        Assert.True(refused.Count == 0, string.Join('\n', refused));
    }

    private async Task Check(Func<Operation, IEnumerable<string?>> faults) =>
        Assert.Empty((await Operations()).SelectMany(faults).OfType<string>());

    private async Task<List<Operation>> Operations()
    {
        JsonNode document = JsonNode.Parse(await service.Http.GetStringAsync("/openapi/v1.json"))!;
        return
        [
            .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(
                method => new Operation(method.Key.ToUpperInvariant(), path.Key, method.Value!))),
        ];
    }

    private sealed record Operation(string Method, string Path, JsonNode Node)
    {
        public IEnumerable<JsonNode> Parameters => (Node["parameters"]?.AsArray() ?? []).OfType<JsonNode>();

        public IEnumerable<(int Status, JsonNode Node)> Answers =>
            Node["responses"]!.AsObject().Select(answer => (int.Parse(answer.Key), answer.Value!));

        public bool IsHealth => Path.StartsWith("/health/", StringComparison.Ordinal);

        public JsonNode? Answer(int status) => Node["responses"]![$"{status}"];

        public JsonNode? Header(int status, string name) => Answer(status)?["headers"]?[name];

        public string? Missing(JsonNode? node, string what) => node is null ? $"{Method} {Path} has no {what}" : null;
    }
}
