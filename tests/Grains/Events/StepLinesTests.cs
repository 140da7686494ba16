using System.Text;
using Turnstile.Grains.Events;

namespace Turnstile.Grains.Tests.Events;

public sealed class StepLinesTests
{
    private static readonly byte[] Lines = Encoding.UTF8.GetBytes(string.Concat(
        Enumerable.Range(0, 1_000).Select(id => $$"""{"id":{{id}},"player_id":{{id * 7}},"description":"Player placed a bet."}""" + "\n")));

    [Fact]
    public void Packed_lines_are_a_fraction_and_come_back_as_they_were()
    {
        byte[] packed = StepLines.Pack(Lines);

        Assert.True(packed.Length * 4 < Lines.Length, $"{Lines.Length} bytes became {packed.Length}.");
        Assert.Equal(Lines, StepLines.Unpack(packed));
    }

    [Fact]
    public void Lines_that_were_stored_before_they_were_packed_are_read_too() => Assert.Equal(Lines, StepLines.Unpack(Lines));
}
