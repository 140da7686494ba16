using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Grains.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>Which factorials a body asks for, and who is told when they have ended.</summary>
internal sealed record FactorialRequest(List<int> Numbers, Uri? Callback);

/// <summary>Reads what is asked for, against the limits; everything wrong with it is said at once.</summary>
internal sealed class FactorialRequestReader(FactorialNumbers numbers, IOptions<FactorialOptions> options)
{
    /// <summary>
    /// Reads <c>{"number":"10"}</c> or <c>{"number":10}</c>; where many are wanted, <c>{"numbers":["1",2]}</c>.
    /// </summary>
    public async Task<FactorialRequest> Read(HttpRequest request, bool many, FieldErrors errors)
    {
        ReadOnlySequence<byte> body = await request.ReadAll();
        FactorialRequest read = Read(body, many ? "numbers" : "number", many, errors);
        request.BodyReader.AdvanceTo(body.End);
        return read;
    }

    private FactorialRequest Read(ReadOnlySequence<byte> body, string field, bool many, FieldErrors errors)
    {
        var asked = new List<int>();
        Uri? callback = null;
        bool found = false;
        try
        {
            var json = new Utf8JsonReader(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                errors.Add("body", "Must be a JSON object.");
                return new FactorialRequest(asked, callback);
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string? name = json.GetString();
                json.Read();
                if (name == field)
                {
                    found = true;
                    asked.Clear();
                    ReadNumbers(ref json, field, many, asked, errors);
                }
                else if (name == "callback" && json.TokenType != JsonTokenType.Null)
                {
                    callback = ReadCallback(ref json, errors);
                }

                json.Skip();
            }

            // What follows the object has to be nothing; the reader throws where it is not.
            json.Read();
        }
        catch (Exception e) when (e.IsBadJson())
        {
            errors.Add("body", $"Is not JSON: {e.Message}");
            return new FactorialRequest(asked, callback);
        }

        if (!found)
        {
            errors.Add(field, "Is required.");
        }

        return new FactorialRequest(asked, callback);
    }

    private void ReadNumbers(ref Utf8JsonReader json, string field, bool many, List<int> asked, FieldErrors errors)
    {
        if (!many)
        {
            ReadNumber(ref json, field, asked, errors);
            return;
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            errors.Add(field, "Must be an array of numbers.");
            return;
        }

        int count = 0;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count == options.Value.BatchMax)
            {
                errors.Add(field, $"Holds more than {options.Value.BatchMax} numbers.");
                return;
            }

            ReadNumber(ref json, $"{field}[{count}]", asked, errors);
            json.Skip();
        }

        if (count == 0)
        {
            errors.Add(field, "Holds no number.");
        }
    }

    /// <summary>
    /// As a string or as a JSON number: of the latter what counts is how it is written, so 1e3 is none.
    /// </summary>
    private void ReadNumber(ref Utf8JsonReader json, string field, List<int> asked, FieldErrors errors)
    {
        string? text = json.TokenType switch
        {
            JsonTokenType.String => json.GetString(),
            JsonTokenType.Number => Encoding.ASCII.GetString(
                json.HasValueSequence ? json.ValueSequence.ToArray() : json.ValueSpan),
            _ => null,
        };
        if (text is not null && numbers.Accepts(text, out int number))
        {
            asked.Add(number);
        }
        else
        {
            errors.Add(field, numbers.Rule);
        }
    }

    private static Uri? ReadCallback(ref Utf8JsonReader json, FieldErrors errors)
    {
        if (json.TokenType != JsonTokenType.String || !CallbackAddress.TryParse(json.GetString(), out Uri? address))
        {
            errors.Add("callback", CallbackAddress.Rule);
            return null;
        }

        return address;
    }
}
