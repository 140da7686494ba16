using System.Globalization;

namespace Turnstile.Publisher;

/// <summary>What the command line says; every name is followed by its value.</summary>
internal sealed class PublisherArguments
{
    public const string Usage = """
        usage: dotnet run --project samples/Publisher -- [options]
          --rate 1000             events a second; 0 for as fast as they are taken
          --seconds 10            how long
          --batch 100             events in a request or message
          --connections 8         requests or messages under way at one time
          --format json           json, protobuf, or rabbitmq (protobuf messages, confirmed by the broker)
          --url http://localhost:8080      the service
          --amqp amqp://guest:guest@localhost:5672     the broker
          --queue turnstile.events         its queue; start the service with Events:RabbitMq:Url first, which declares it
          --players 1000          players that take part, from number 10 on
          --seed 1                of the mix
          --first-id              the first event's id; by default the microseconds since 1970, so that runs differ
          --duplicates 0.01       the part of requests that are sent twice
        or:    dotnet run --project samples/Publisher -- rates [--port 8090]
          serves fixed exchange rates, for Rates:Url=http://localhost:8090/
        """;

    private readonly Dictionary<string, string> _values = [];

    /// <exception cref="FormatException">An unknown name, or one without a value.</exception>
    public PublisherArguments(ReadOnlySpan<string> arguments)
    {
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string name = arguments[i];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !Usage.Contains($"{name} ", StringComparison.Ordinal))
            {
                throw new FormatException($"'{name}' is not an option.");
            }

            if (i + 1 == arguments.Length)
            {
                throw new FormatException($"'{name}' needs a value.");
            }

            _values[name] = arguments[i + 1];
        }
    }

    public double Rate => Number("--rate", 1_000);

    public double Seconds => Number("--seconds", 10);

    public int Batch => Math.Max(1, (int)Number("--batch", 100));

    public int Connections => Math.Max(1, (int)Number("--connections", 8));

    public string Format => _values.GetValueOrDefault("--format", "json");

    public Uri Url => new(_values.GetValueOrDefault("--url", "http://localhost:8080"));

    public Uri Amqp => new(_values.GetValueOrDefault("--amqp", "amqp://guest:guest@localhost:5672"));

    public string Queue => _values.GetValueOrDefault("--queue", "turnstile.events");

    public int Players => Math.Max(1, (int)Number("--players", 1_000));

    public int Seed => (int)Number("--seed", 1);

    public long? FirstId =>
        _values.TryGetValue("--first-id", out string? id) ? long.Parse(id, CultureInfo.InvariantCulture) : null;

    public double Duplicates => Number("--duplicates", 0.01);

    public int Port => (int)Number("--port", 8_090);

    private double Number(string name, double otherwise) => _values.TryGetValue(name, out string? text)
        ? double.Parse(text, CultureInfo.InvariantCulture)
        : otherwise;
}
