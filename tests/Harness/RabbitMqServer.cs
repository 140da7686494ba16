using Xunit;

namespace Turnstile.Harness;

/// <summary>A test that needs a RabbitMQ broker; see <see cref="RabbitMqServer"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RabbitMqFactAttribute : FactAttribute
{
    public RabbitMqFactAttribute() => Skip = RabbitMqServer.SkipReason;
}

/// <summary>
/// The broker of the tests, named by <c>TURNSTILE_TEST_RABBITMQ</c> as amqp://…. Without it the tests that need one are
/// skipped by name, except in CI, where they fail.
/// </summary>
public static class RabbitMqServer
{
    private const string Variable = "TURNSTILE_TEST_RABBITMQ";

    /// <exception cref="InvalidOperationException">No broker is named.</exception>
    public static string Address => Named is { Length: > 0 } named
        ? named
        : throw new InvalidOperationException($"{Variable} names no RabbitMQ broker; CI skips no test.");

    internal static string? SkipReason =>
        string.IsNullOrEmpty(Named) && Environment.GetEnvironmentVariable("CI") != "true"
            ? $"{Variable} names no RabbitMQ broker"
            : null;

    private static string? Named => Environment.GetEnvironmentVariable(Variable);
}
