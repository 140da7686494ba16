using Turnstile.Grains.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class WidgetTextTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("a/b")]
    [InlineData("%2F")]
    [InlineData("'; DROP TABLE widgets; --")]
    [InlineData("日本語 🦆")]
    [InlineData("...")]
    public void Any_visible_text_can_be_a_serial_number(string serial) => Assert.Null(WidgetText.SerialFault(serial));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\u3000")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a\0b")]
    [InlineData("line\nbreak")]
    public void What_could_not_be_stored_or_asked_for_cannot(string serial) => Assert.NotNull(WidgetText.SerialFault(serial));

    [Fact]
    public void Half_a_character_cannot()
    {
        // Not as data of an attribute, which are stored as UTF-8 and lose them.
        foreach (string serial in new[] { "half \ud83e", "\ud83e half", "\udd86\ud83e" })
        {
            Assert.NotNull(WidgetText.SerialFault(serial));
        }
    }

    [Fact]
    public void Sixty_four_characters_are_the_most_however_they_are_encoded()
    {
        foreach (string character in new[] { "a", "ü", "中", "🦆" })
        {
            Assert.Null(WidgetText.SerialFault(string.Concat(Enumerable.Repeat(character, 64))));
            Assert.NotNull(WidgetText.SerialFault(string.Concat(Enumerable.Repeat(character, 65))));
        }
    }
}
