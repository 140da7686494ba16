using System.Buffers;
using System.Text.Json;
using Turnstile.Api.Http;
using Turnstile.Widgets;

namespace Turnstile.Api.Widgets;

/// <summary>A batch as it was read: what its good lines ask for, and what is wrong with the others.</summary>
/// <param name="max">Lines that it may have.</param>
internal sealed class WidgetBatch(int max)
{
    private readonly List<(int Line, string Error)> _bad = [];

    /// <summary>What the good lines ask for, in their order.</summary>
    public List<WidgetChange> Changes { get; } = [];

    /// <summary>The line of each of <see cref="Changes"/>.</summary>
    public List<int> Lines { get; } = [];

    public IReadOnlyList<(int Line, string Error)> Bad => _bad;

    /// <summary>Why nothing of it can be done.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads one JSON object on each line, or a JSON array of them.</summary>
    public static WidgetBatch Read(ReadOnlySequence<byte> body, int max, ChangeReader reader)
    {
        var batch = new WidgetBatch(max);
        byte[]? rented = null;
        ReadOnlySpan<byte> bytes = body.FirstSpan;
        if (!body.IsSingleSegment)
        {
            rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
            body.CopyTo(rented);
            bytes = rented.AsSpan(0, (int)body.Length);
        }

        ReadOnlySpan<byte> content = bytes.TrimStart(" \t\r\n"u8);
        if (!content.IsEmpty && content[0] == (byte)'[')
        {
            batch.ReadArray(content, reader);
        }
        else
        {
            batch.ReadLines(bytes, reader);
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        if (batch.Changes.Count + batch._bad.Count == 0)
        {
            batch.Fault ??= "Holds no line.";
        }

        return batch;
    }

    private void ReadArray(ReadOnlySpan<byte> content, ChangeReader reader)
    {
        try
        {
            var json = new Utf8JsonReader(content);
            json.Read();
            for (int place = 1; !AtEnd(json) && Fault is null; place++)
            {
                var errors = new FieldErrors();
                Add(place, reader(ref json, errors), errors);
            }

            if (Fault is null)
            {
                json.Read();
                json.Read();
            }
        }
        catch (Exception e) when (e.IsBadJson())
        {
            Fault = $"Is not JSON: {e.Message}";
        }
    }

    /// <summary>Looks ahead on a copy of the reader.</summary>
    private static bool AtEnd(Utf8JsonReader json) => !json.Read() || json.TokenType == JsonTokenType.EndArray;

    private void ReadLines(ReadOnlySpan<byte> bytes, ChangeReader reader)
    {
        int number = 0;
        var errors = new FieldErrors();
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            number++;
            ReadOnlySpan<byte> line = bytes[range].Trim(" \t\r"u8);
            if (line.IsEmpty)
            {
                continue;
            }

            try
            {
                var json = new Utf8JsonReader(line);
                WidgetChange? change = reader(ref json, errors);
                // What follows the object has to be nothing; the reader throws where it is not.
                json.Read();
                Add(number, change, errors);
            }
            catch (Exception e) when (e.IsBadJson())
            {
                errors.Add("line", "Is not a JSON object.");
                Add(number, null, errors);
            }

            if (errors.Any)
            {
                errors = new FieldErrors();
            }

            if (Fault is not null)
            {
                return;
            }
        }
    }

    private void Add(int line, WidgetChange? change, FieldErrors errors)
    {
        if (change is null)
        {
            _bad.Add((line, string.Join(' ', errors.ToDictionary().Select(pair => $"{pair.Key}: {string.Join(' ', pair.Value)}"))));
        }
        else
        {
            Changes.Add(change);
            Lines.Add(line);
        }

        if (Changes.Count + _bad.Count > max)
        {
            Fault = $"Holds more than {max} lines; nothing of it was done.";
        }
    }
}
