using System.Text.Json;
using System.Text.RegularExpressions;

namespace Turnstile.Api.Tests.Samples;

/// <summary>
/// A file of HTTP requests as editors know them: parts separated by <c>###</c>, variables, and values from the answers of
/// named requests before. A line <c># expects 200 text</c> says what the answer begins its status with and contains.
/// </summary>
internal sealed partial class HttpFile(string text, Uri host)
{
    private readonly Dictionary<string, JsonElement> _answers = [];

    /// <summary>The requests, in their order.</summary>
    public IEnumerable<HttpCall> Calls => text.Split("\n###").Skip(1).Select(HttpCall.Parse);

    /// <summary>Sends the call, and remembers the answer if it has a name.</summary>
    /// <returns>What is not as the file expects, or null.</returns>
    public async Task<string?> Send(HttpClient http, HttpCall call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), Fill(call.Target));
        if (call.Body.Length > 0)
        {
            request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(call.Body));
        }

        foreach ((string name, string value) in call.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage answer = await http.SendAsync(request);
        string body = await answer.Content.ReadAsStringAsync();
        if (call.Name is not null)
        {
            _answers[call.Name] = JsonDocument.Parse(body).RootElement;
        }

        bool isExpected = $"{(int)answer.StatusCode}".StartsWith(call.Status, StringComparison.Ordinal)
            && body.Contains(call.Text, StringComparison.Ordinal);
        return isExpected ? null : $"{call.Title}: expected {call.Status} {call.Text}, got {(int)answer.StatusCode} {body}";
    }

    private string Fill(string target) => Variable().Replace(target, match => match.Groups["field"] is { Success: true } field
        ? _answers[match.Groups["name"].Value].GetProperty(field.Value).GetString()!
        : host.ToString().TrimEnd('/'));

    [GeneratedRegex(@"\{\{(?<name>\w+)(\.response\.body\.\$\.(?<field>\w+))?\}\}")]
    private static partial Regex Variable();
}

/// <summary>One request of a file.</summary>
internal sealed record HttpCall(
    string Title,
    string? Name,
    string Status,
    string Text,
    string Method,
    string Target,
    IReadOnlyList<(string, string)> Headers,
    string Body)
{
    public static HttpCall Parse(string part)
    {
        string[] lines = part.ReplaceLineEndings("\n").Split('\n');
        string[] comments = [.. lines.Skip(1).TakeWhile(line => line.StartsWith('#')).Select(line => line.TrimStart('#', ' '))];
        string[] rest = [.. lines.Skip(1 + comments.Length)];
        string[] first = rest[0].Split(' ', 2);
        string[] headers = [.. rest.Skip(1).TakeWhile(line => line.Length > 0)];
        string[] expected = comments.Single(line => line.StartsWith("expects ", StringComparison.Ordinal)).Split(' ', 3);
        return new HttpCall(
            lines[0].Trim(),
            comments.FirstOrDefault(line => line.StartsWith("@name ", StringComparison.Ordinal))?["@name ".Length..],
            expected[1],
            expected.ElementAtOrDefault(2) ?? "",
            first[0],
            first[1],
            [.. headers.Select(header => header.Split(": ", 2)).Select(pair => (pair[0], pair[1]))],
            string.Join('\n', rest.Skip(1 + headers.Length)).Trim());
    }
}
