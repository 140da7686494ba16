using System.Globalization;

namespace Turnstile.Load;

/// <summary>What the command line asks for: <c>scenario --name value …</c>.</summary>
internal sealed record LoadOptions
{
    public required string Scenario { get; init; }

    /// <summary>Jobs of the scenario; 0 for its own number.</summary>
    public int Jobs { get; init; }

    /// <summary>Widgets of the scenario; 0 for its own number.</summary>
    public int Widgets { get; init; }

    /// <summary>The connection string of an empty PostgreSQL database that takes SQLite's place; null for SQLite.</summary>
    public string? Postgres { get; init; }

    /// <summary>
    /// A folder with all widgets as a run before left them on SQLite, so that they need not be loaded; made where there is none. Null:
    /// they are loaded and not kept.
    /// </summary>
    public string? Kept { get; init; }

    /// <summary>Decimal digits of each of a number's two primes; 0 for the scenario's own choice.</summary>
    public int PrimeDigits { get; init; }

    /// <summary>Requests under way at a time.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Seconds that scenarios of a fixed length last.</summary>
    public int Seconds { get; init; } = 60;

    /// <summary>Rounds of what is compared in turn; 0 for the scenario's own number.</summary>
    public int Rounds { get; init; }

    /// <summary>Compute threads of the service.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Silos that are processes of their own, on Orleans; 0 for one in the gateway's process.</summary>
    public int Silos { get; init; }

    public int Gateways { get; init; } = 1;

    /// <summary>Where the reports are written.</summary>
    public string Reports { get; init; } = "load-reports";

    /// <exception cref="ArgumentException">It says something that is not understood.</exception>
    public static LoadOptions Parse(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            throw new ArgumentException("Name a scenario.");
        }

        var options = new LoadOptions { Scenario = arguments[0] };
        for (int i = 1; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.");
            options = arguments[i] switch
            {
                "--jobs" => options with { Jobs = Number(value) },
                "--widgets" => options with { Widgets = Number(value) },
                "--postgres" => options with { Postgres = value },
                "--kept" => options with { Kept = value },
                "--digits" => options with { PrimeDigits = Number(value) },
                "--connections" => options with { Connections = Number(value) },
                "--seconds" => options with { Seconds = Number(value) },
                "--rounds" => options with { Rounds = Number(value) },
                "--workers" => options with { Workers = Number(value) },
                "--silos" => options with { Silos = Number(value) },
                "--gateways" => options with { Gateways = Number(value) },
                "--reports" => options with { Reports = value },
                _ => throw new ArgumentException($"{arguments[i]} is not an option."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new ArgumentException($"'{text}' is not a number.");
}
