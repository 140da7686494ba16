using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Compute;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

public sealed class OutageTests
{
    private readonly ManualTime _time = new();
    private readonly MessageLog _log = new();
    private readonly Outage _outage;

    public OutageTests() => _outage = new Outage(_time, _log);

    [Fact]
    public void An_outage_is_told_once_and_so_is_its_end()
    {
        _outage.Succeeded();
        for (int i = 0; i < 100; i++)
        {
            _outage.Failed(new StorageUnavailableException("The disk is full."));
            _time.Advance(TimeSpan.FromSeconds(1));
            _outage.Succeeded();
        }

        Assert.Equal((1, 0), (_log.Count("cannot be written now"), _log.Count("can be written again")));
        _time.Advance(TimeSpan.FromSeconds(4));
        _outage.Succeeded();
        _outage.Succeeded();
        Assert.Equal((1, 1), (_log.Count("cannot be written now"), _log.Count("can be written again")));
        _outage.Failed(new StorageUnavailableException("The disk is full."));
        Assert.Equal(2, _log.Count("cannot be written now"));
    }
}
