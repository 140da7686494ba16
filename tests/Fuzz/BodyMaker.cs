using System.Text;
using System.Text.Json.Nodes;

namespace Turnstile.Fuzz;

/// <summary>Makes bodies out of the example of a good one: mostly broken in one place, sometimes whole.</summary>
internal static class BodyMaker
{
    public static byte[] Make(string example, Random random) => random.Next(14) switch
    {
        0 or 1 => Encoding.UTF8.GetBytes(example),
        2 => [],
        3 => Junk.Bytes(random, 200),
        4 => Encoding.UTF8.GetBytes(example)[..random.Next(example.Length)],
        5 => Flip(Encoding.UTF8.GetBytes(example), random),
        6 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(example)],
        7 => Encoding.Unicode.GetBytes(example),
        8 => Encoding.UTF8.GetBytes(example + Junk.JsonValue(random)),
        9 => Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(example, random.Next(1, 50)))),
        10 => Encoding.UTF8.GetBytes(Junk.JsonValue(random)),
        _ => Encoding.UTF8.GetBytes(Mutate(example, random)),
    };

    private static byte[] Flip(byte[] bytes, Random random)
    {
        for (int flips = random.Next(1, 4); flips > 0 && bytes.Length > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    /// <summary>Changes one field: another value, none, twice the same, one more.</summary>
    private static string Mutate(string example, Random random)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(example);
        }
        catch (System.Text.Json.JsonException)
        {
            // Several lines of JSON; the first stands for all.
            root = JsonNode.Parse(example.Split('\n')[0]);
        }

        JsonObject? target = root as JsonObject ?? (root as JsonArray)?.OfType<JsonObject>().FirstOrDefault();
        if (target is null || target.Count == 0)
        {
            return Junk.JsonValue(random);
        }

        string field = target.ElementAt(random.Next(target.Count)).Key;
        string value = Junk.JsonValue(random);
        switch (random.Next(6))
        {
            case 0:
                target.Remove(field);
                return root!.ToJsonString();
            case 1:
                return root!.ToJsonString().Replace("{", $"{{\"{field}\":{value},", StringComparison.Ordinal);
            case 2:
                return root!.ToJsonString().Replace("{", $"{{\"unknown\":{value},", StringComparison.Ordinal);
            case 3:
                return root!.ToJsonString().Replace($"\"{field}\"", Junk.JsonValue(random), StringComparison.Ordinal);
            default:
                const string Mark = "\"@here@\"";
                target[field] = "@here@";
                return root!.ToJsonString().Replace(Mark, value, StringComparison.Ordinal);
        }
    }
}
