using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Turnstile.Accept;

namespace Turnstile.Grains.Accept.Writers;

/// <summary>The writers that the configuration names. Made and checked while the process starts.</summary>
internal sealed class RecordWriters : IAsyncDisposable
{
    private static readonly Dictionary<string, Func<IServiceProvider, IRecordWriter>> Known = new()
    {
        [FileWriter.WriterName] = provider => ActivatorUtilities.CreateInstance<FileWriter>(provider),
        [LogWriter.WriterName] = provider => ActivatorUtilities.CreateInstance<LogWriter>(provider),
        [KafkaWriter.WriterName] = provider => ActivatorUtilities.CreateInstance<KafkaWriter>(provider),
        [RabbitWriter.WriterName] = provider => ActivatorUtilities.CreateInstance<RabbitWriter>(provider),
    };

    private readonly Dictionary<string, IRecordWriter> _writers;
    private readonly CancellationTokenSource _stop = new();

    public RecordWriters(IServiceProvider provider, IOptions<AcceptOptions> options)
        : this(options.Value.WriterNames.Select(name => Create(name, provider)))
    {
    }

    internal RecordWriters(IEnumerable<IRecordWriter> writers) => _writers = writers.ToDictionary(writer => writer.Name);

    public IReadOnlyCollection<string> Names => _writers.Keys;

    /// <summary>Nothing is delivered any more by this process, which is about to end.</summary>
    public bool Stopping => _stop.IsCancellationRequested;

    /// <summary>Has the writer of that name deliver the records.</summary>
    /// <exception cref="KeyNotFoundException">The configuration of this process does not name it.</exception>
    public Task Write(string name, IReadOnlyList<MinuteRecord> records) => _writers[name].Write(records, _stop.Token);

    /// <summary>Gives up what is under way: a destination that is away would keep the process from its end.</summary>
    public Task Stop() => _stop.CancelAsync();

    /// <summary>Checks every writer.</summary>
    /// <exception cref="InvalidOperationException">One cannot work.</exception>
    public void Check()
    {
        foreach (IRecordWriter writer in _writers.Values)
            writer.Check();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IRecordWriter writer in _writers.Values)
            await writer.DisposeAsync();
        _stop.Dispose();
    }

    private static IRecordWriter Create(string name, IServiceProvider provider) => Known.TryGetValue(name, out var create)
        ? create(provider)
        : throw new InvalidOperationException(
            $"Accept:Writers names '{name}'; there are {string.Join(", ", Known.Keys)}.");
}
