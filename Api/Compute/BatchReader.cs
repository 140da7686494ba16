using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Api.Compute;

/// <summary>
/// Reads many requests at once: a JSON array, or one JSON object on each line. Bad ones are named by their lines.
/// </summary>
internal sealed class BatchReader(ComputeRequestReader single, IOptions<ComputeOptions> options)
{
    private int Max => options.Value.BatchMax;

    public List<JobRequest> Read(ReadOnlySequence<byte> body, FieldErrors errors)
    {
        var requests = new List<JobRequest>();
        byte[]? rented = null;
        ReadOnlySpan<byte> bytes = body.IsSingleSegment ? body.FirstSpan : Copy(body, out rented);
        ReadOnlySpan<byte> content = bytes.TrimStart(" \t\r\n"u8);
        if (content.IsEmpty)
        {
            errors.Add("body", "Holds no request.");
        }
        else if (content[0] == (byte)'[')
        {
            ReadArray(content, requests, errors);
        }
        else
        {
            ReadLines(bytes, requests, errors);
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return requests;
    }

    private static ReadOnlySpan<byte> Copy(ReadOnlySequence<byte> body, out byte[] rented)
    {
        rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(rented);
        return rented.AsSpan(0, (int)body.Length);
    }

    private void ReadArray(ReadOnlySpan<byte> content, List<JobRequest> requests, FieldErrors errors)
    {
        try
        {
            var json = new Utf8JsonReader(content);
            json.Read();
            for (int i = 0; !AtEnd(json); i++)
            {
                if (IsTooMany(i, errors))
                {
                    return;
                }

                Add(single.Read(ref json, $"[{i}].", errors), requests);
            }

            json.Read();
            json.Read();
            if (requests.Count == 0 && !errors.Any)
            {
                errors.Add("body", "Holds no request.");
            }
        }
        catch (Exception e) when (e.IsBadJson())
        {
            errors.Add("body", $"Is not JSON: {e.Message}");
        }
    }

    /// <summary>Looks ahead on a copy of the reader.</summary>
    private static bool AtEnd(Utf8JsonReader json) => !json.Read() || json.TokenType == JsonTokenType.EndArray;

    private void ReadLines(ReadOnlySpan<byte> bytes, List<JobRequest> requests, FieldErrors errors)
    {
        int number = 0;
        int count = 0;
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            number++;
            ReadOnlySpan<byte> line = bytes[range].Trim(" \t\r"u8);
            if (line.IsEmpty)
            {
                continue;
            }

            if (IsTooMany(count++, errors))
            {
                return;
            }

            try
            {
                var json = new Utf8JsonReader(line);
                Add(single.Read(ref json, $"line {number}.", errors), requests);
                json.Read();
            }
            catch (Exception e) when (e.IsBadJson())
            {
                errors.Add($"line {number}", $"Is not JSON: {e.Message}");
            }
        }
    }

    /// <summary>Bad ones count: a body has room for millions, and to say what is wrong with each takes longer than to read it.</summary>
    private bool IsTooMany(int read, FieldErrors errors)
    {
        if (read < Max)
        {
            return false;
        }

        errors.Add("body", $"Holds more than {Max} requests.");
        return true;
    }

    private static void Add(JobRequest? request, List<JobRequest> requests)
    {
        if (request is not null)
        {
            requests.Add(request);
        }
    }
}
