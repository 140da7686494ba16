using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Grains.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>Reads the numbers of paths and bodies, against the limits.</summary>
internal sealed class FactorialNumbers(IOptions<FactorialOptions> options)
{
    // More digits than any number has that is taken.
    private const int DigitsMax = 9;

    private int Max => options.Value.Max;

    private string Rule => $"Must be an integer from 0 to {Max}, in decimal digits alone.";

    /// <summary>The number in a path.</summary>
    public bool Accepts(string text, out int number)
    {
        number = 0;
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('0');
        return text.Length > 0
            && digits.Length <= DigitsMax
            && !text.AsSpan().ContainsAnyExceptInRange('0', '9')
            && (digits.IsEmpty || int.TryParse(digits, out number))
            && number <= Max;
    }

    /// <summary>The 400 for a path that names none.</summary>
    public IResult BadPath() => Problems.BadField("number", Rule);

    /// <summary>Reads <c>{"number":"10"}</c> or <c>{"number":10}</c>; null where something is wrong.</summary>
    public int? ReadOne(ReadOnlySequence<byte> body, FieldErrors errors)
    {
        List<int> numbers = Read(body, "number", many: false, errors);
        return errors.Any ? null : numbers[0];
    }

    /// <summary>Reads <c>{"numbers":["1",2]}</c>.</summary>
    public List<int> ReadMany(ReadOnlySequence<byte> body, FieldErrors errors)
    {
        List<int> numbers = Read(body, "numbers", many: true, errors);
        if (numbers.Count == 0 && !errors.Any)
        {
            errors.Add("numbers", "Holds no number.");
        }

        return numbers;
    }

    private List<int> Read(ReadOnlySequence<byte> body, string field, bool many, FieldErrors errors)
    {
        var numbers = new List<int>();
        bool found = false;
        try
        {
            var json = new Utf8JsonReader(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                errors.Add("body", "Must be a JSON object.");
                return numbers;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool wanted = json.ValueTextEquals(field);
                json.Read();
                if (wanted)
                {
                    found = true;
                    numbers.Clear();
                    ReadValue(ref json, field, many, numbers, errors);
                }

                json.Skip();
            }

            // What follows the object has to be nothing; the reader throws where it is not.
            json.Read();
        }
        catch (JsonException e)
        {
            errors.Add("body", $"Is not JSON: {e.Message}");
            return numbers;
        }

        if (!found)
        {
            errors.Add(field, "Is required.");
        }

        return numbers;
    }

    private void ReadValue(ref Utf8JsonReader json, string field, bool many, List<int> numbers, FieldErrors errors)
    {
        if (!many)
        {
            ReadNumber(ref json, field, numbers, errors);
            return;
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            errors.Add(field, "Must be an array of numbers.");
            return;
        }

        for (int i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            if (i == options.Value.BatchMax)
            {
                errors.Add(field, $"Holds more than {options.Value.BatchMax} numbers.");
            }

            ReadNumber(ref json, $"{field}[{i}]", numbers, errors);
            json.Skip();
        }
    }

    /// <summary>
    /// As a string or as a JSON number: of the latter what counts is how it is written, so 1e3 is none.
    /// </summary>
    private void ReadNumber(ref Utf8JsonReader json, string field, List<int> numbers, FieldErrors errors)
    {
        string? text = json.TokenType switch
        {
            JsonTokenType.String => json.GetString(),
            JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(
                json.HasValueSequence ? json.ValueSequence.ToArray() : json.ValueSpan),
            _ => null,
        };
        if (text is not null && Accepts(text, out int number))
        {
            numbers.Add(number);
        }
        else
        {
            errors.Add(field, Rule);
        }
    }
}
