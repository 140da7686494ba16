using Turnstile.Api.Http;

namespace Turnstile.Api.Tests.Http;

public sealed class FieldErrorsTests
{
    [Fact]
    public void What_is_wrong_a_thousand_times_is_said_once()
    {
        var errors = new FieldErrors();
        for (int i = 0; i < 1_000; i++)
        {
            errors.Add("number", "Must be a string.");
        }

        Assert.Equal(["Must be a string."], errors.ToDictionary()["number"]);
    }

    [Fact]
    public void However_much_is_wrong_an_answer_stays_short()
    {
        var errors = new FieldErrors();
        for (int i = 0; i < 100_000; i++)
        {
            errors.Add($"line {i % 1_000}", $"Is wrong in way {i}.");
        }

        Dictionary<string, string[]> all = errors.ToDictionary();
        Assert.Equal(100, all.Count);
        Assert.All(all.Values, reasons => Assert.Equal(10, reasons.Length));
    }
}
