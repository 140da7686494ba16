using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Compute;
using Turnstile.Grains.Compute;

namespace Turnstile.Api.Compute;

/// <summary>
/// Reads what a caller asks for, against the limits; everything wrong with it is said at once. A field that may be left out may be
/// null: many clients send all they have.
/// </summary>
internal sealed class ComputeRequestReader(IOptions<ComputeOptions> options)
{
    private const double TimeoutSecondsMax = 31_536_000;
    private const int PriorityMax = 9;

    /// <summary>Reads one request object; the reader stands before it and ends behind it.</summary>
    /// <param name="json">Where it is.</param>
    /// <param name="prefix">Stands before the names of bad fields; empty for a single request.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <returns>Null where something is wrong.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JobRequest? Read(ref Utf8JsonReader json, string prefix, FieldErrors errors)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(prefix.Length > 0 ? prefix.TrimEnd('.') : "body", "Must be a JSON object.");
            json.Skip();
            return null;
        }

        var draft = default(Draft);
        var own = new FieldErrors();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref json, ref draft, prefix, own);
        }

        string? number = Check(draft, prefix, own);
        errors.Add(own);
        return own.Any || number is null ? null : new JobRequest
        {
            Operation = draft.Operation,
            Number = number,
            Priority = draft.Priority,
            TimeoutSeconds = draft.TimeoutSeconds,
        };
    }

    private static void ReadField(ref Utf8JsonReader json, ref Draft draft, string prefix, FieldErrors errors)
    {
        if (json.ValueTextEquals("number"u8))
        {
            json.Read();
            draft.NumberRead = true;
            draft.Number = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            if (draft.Number is null)
            {
                errors.Add(prefix + "number", "Must be a string of decimal digits.");
            }
        }
        else if (json.ValueTextEquals("operation"u8))
        {
            json.Read();
            string? word = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            if (json.TokenType != JsonTokenType.Null && (word is null || !Words.TryParse(word, out draft.Operation)))
            {
                errors.Add(prefix + "operation", $"Must be one of {Words.AllOperations}.");
            }
        }
        else if (json.ValueTextEquals("priority"u8))
        {
            json.Read();
            if (json.TokenType != JsonTokenType.Null
                && (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out draft.Priority)
                    || draft.Priority is < 0 or > PriorityMax))
            {
                errors.Add(prefix + "priority", $"Must be an integer from 0 to {PriorityMax}.");
            }
        }
        else if (json.ValueTextEquals("timeout_seconds"u8))
        {
            json.Read();
            if (json.TokenType == JsonTokenType.Number && json.TryGetDouble(out double seconds)
                && seconds is > 0 and <= TimeoutSecondsMax)
            {
                draft.TimeoutSeconds = seconds;
            }
            else if (json.TokenType != JsonTokenType.Null)
            {
                errors.Add(prefix + "timeout_seconds", $"Must be a number above 0, up to {TimeoutSecondsMax:0}.");
            }
        }
        else
        {
            json.Read();
        }

        json.Skip();
    }

    private string? Check(Draft draft, string prefix, FieldErrors errors)
    {
        if (draft.Number is not { } text)
        {
            if (!draft.NumberRead)
            {
                errors.Add(prefix + "number", "Is required.");
            }

            return null;
        }

        ReadOnlySpan<char> digits = text.AsSpan().TrimStart('0');
        string? reason = text.Length == 0 || text.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? "Must be decimal digits alone: a natural number without sign, spaces or separators."
            : digits.Length > options.Value.NumberDigitsMax
                ? $"Must have at most {options.Value.NumberDigitsMax} digits."
                : CheckRange(draft.Operation, digits);
        if (reason is not null)
        {
            errors.Add(prefix + "number", reason);
            return null;
        }

        return digits.Length == text.Length ? text : digits.Length == 0 ? "0" : digits.ToString();
    }

    private string? CheckRange(JobOperation operation, ReadOnlySpan<char> digits) => operation switch
    {
        JobOperation.Factorize when digits.Length == 0 => "Must be at least 1: 0 has no factorisation.",
        JobOperation.Factorial when digits.Length > 8 || (digits.Length > 0 && int.Parse(digits) > options.Value.FactorialMax) =>
            $"Must be at most {options.Value.FactorialMax} for a factorial.",
        _ => null,
    };

    private struct Draft
    {
        public string? Number;
        public bool NumberRead;
        public JobOperation Operation;
        public int Priority;
        public double? TimeoutSeconds;
    }
}
