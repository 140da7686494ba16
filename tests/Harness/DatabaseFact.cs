using System.ComponentModel;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Turnstile.Harness;

/// <summary>A test that needs a PostgreSQL server; see <see cref="PostgresServer"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.SkipReason;
}

/// <summary>Marks the subclass of a suite that runs on PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OnPostgresAttribute : Attribute;

/// <summary>
/// A test of a suite that has one subclass for each database. It is skipped in the subclass marked <see
/// cref="OnPostgresAttribute"/> where there is no server.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Turnstile.Harness.DatabaseFactDiscoverer", "Turnstile.Harness")]
public sealed class DatabaseFactAttribute : FactAttribute;

public sealed class DatabaseFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new DatabaseTestCase(
            DiagnosticMessageSink,
            discoveryOptions.MethodDisplayOrDefault(),
            discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod);
}

public sealed class DatabaseTestCase : XunitTestCase
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    [Obsolete("The runner makes it when it hands tests to another process.")]
    public DatabaseTestCase()
    {
    }

    public DatabaseTestCase(
        IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        base.GetSkipReason(factAttribute) ?? (IsOnPostgres ? PostgresServer.SkipReason : null);

    private bool IsOnPostgres => TestMethod.TestClass.Class.GetCustomAttributes(typeof(OnPostgresAttribute)).Any();
}
