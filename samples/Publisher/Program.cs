using RabbitMQ.Client.Exceptions;
using Turnstile.Api.Events.Wire;
using Turnstile.Publisher;

if (args is ["--help" or "-h" or "help", ..])
{
    Console.WriteLine(PublisherArguments.Usage);
    return 0;
}

try
{
    if (args is ["rates", .. var rest])
    {
        await RatesServer.Run(new PublisherArguments(rest).Port);
        return 0;
    }

    return await Publish(new PublisherArguments(args), TimeProvider.System);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n\n{PublisherArguments.Usage}");
    return 2;
}
catch (Exception e) when (e is HttpRequestException or IOException or RabbitMQClientException)
{
    Console.Error.WriteLine($"The events were not taken: {e.Message}");
    return 1;
}

static async Task<int> Publish(PublisherArguments arguments, TimeProvider time)
{
    long firstId = arguments.FirstId ?? (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    var mix = new EventMix(arguments.Seed, arguments.Players, firstId, time);
    var repeats = new Random(arguments.Seed);
    await using ISender sender = arguments.Format switch
    {
        "json" => new HttpSender(arguments.Url, protobuf: false, time),
        "protobuf" => new HttpSender(arguments.Url, protobuf: true, time),
        "rabbitmq" => await RabbitMqSender.Connect(arguments.Amqp, arguments.Queue),
        _ => throw new FormatException($"'{arguments.Format}' is not a format."),
    };

    // Some requests at once, so that the way there and back does not set the pace.
    using var free = new SemaphoreSlim(arguments.Connections);
    var sending = new List<Task>();
    long start = time.GetTimestamp();
    long sent = 0;
    double Elapsed() => time.GetElapsedTime(start).TotalSeconds;
    while (Elapsed() < arguments.Seconds && !sending.Exists(task => task.IsFaulted))
    {
        EventBatch batch = mix.Next(arguments.Batch);
        int times = repeats.NextDouble() < arguments.Duplicates ? 2 : 1;
        await free.WaitAsync();
        sending.RemoveAll(task => task.IsCompletedSuccessfully);
        sending.Add(Send(sender, batch, times, free));
        sent += batch.Events.Count;
        double ahead = arguments.Rate > 0 ? (sent / arguments.Rate) - Elapsed() : 0;
        if (ahead > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(ahead), time);
        }
    }

    await Task.WhenAll(sending);
    Console.WriteLine($"{sent} events from id {firstId} on in {Elapsed():0.0} s: {sent / Elapsed():0} a second.");
    return 0;
}

static async Task Send(ISender sender, EventBatch batch, int times, SemaphoreSlim free)
{
    try
    {
        for (int i = 0; i < times; i++)
        {
            await sender.Send(batch);
        }
    }
    finally
    {
        free.Release();
    }
}
