using Turnstile.Grains.Tests.Storage;
using Turnstile.Grains.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class WidgetLoaderTests() : StorageSuite(new SqliteHome())
{
    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    [Fact]
    public async Task What_is_wanted_by_whoever_goes_on_after_a_read_is_read_too()
    {
        var loader = new WidgetLoader(
            new ActiveWidgets(activeMax: 10),
            new WidgetStore(await Open()),
            new LedgerTurns(),
            new WidgetTelemetry(Meters, TimeProvider.System));
        Task<bool> loaded = await InTurn(async () => await IsLoaded("first") && await IsLoaded("second") && await IsLoaded("third"));
        Assert.True(await loaded.WaitAsync(Patience));

        async Task<bool> IsLoaded(string serial)
        {
            WidgetEntry entry = loader.Get(serial);
            await loader.Load();
            return entry.IsLoaded;
        }
    }

    private Task<T> InTurn<T>(Func<T> work) => Task.Factory.StartNew(work, default, TaskCreationOptions.None, _turns);
}
