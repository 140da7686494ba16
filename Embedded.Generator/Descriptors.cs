using Microsoft.CodeAnalysis;

namespace Turnstile.Embedded.Generator;

/// <summary>What the generator refuses, and why.</summary>
internal static class Descriptors
{
    public const string Member = "GRAIN001";
    public const string ReturnType = "GRAIN002";
    public const string Parameter = "GRAIN003";
    public const string Generic = "GRAIN004";
    public const string Hidden = "GRAIN005";

    private static readonly DiagnosticDescriptor MemberRule = Rule(
        Member,
        "A grain interface has methods only",
        "'{0}' is no method: a grain interface has methods only");

    private static readonly DiagnosticDescriptor ReturnTypeRule = Rule(
        ReturnType,
        "A grain method returns a task",
        "'{0}' must return Task, Task<T>, ValueTask or ValueTask<T>; no value if one-way, and void only in observers");

    private static readonly DiagnosticDescriptor ParameterRule = Rule(
        Parameter,
        "Arguments travel by value",
        "'{0}' is ref, out, in or a ref struct; arguments of a grain method travel by value");

    private static readonly DiagnosticDescriptor GenericRule = Rule(
        Generic,
        "Grain interfaces and methods are not generic",
        "'{0}' is generic, which this engine does not support");

    private static readonly DiagnosticDescriptor HiddenRule = Rule(
        Hidden,
        "A grain interface is visible in its assembly",
        "'{0}' is private or protected, so no reference to it can be generated");

    public static DiagnosticDescriptor Of(string id) => id switch
    {
        Member => MemberRule,
        ReturnType => ReturnTypeRule,
        Parameter => ParameterRule,
        Generic => GenericRule,
        _ => HiddenRule,
    };

    private static DiagnosticDescriptor Rule(string id, string title, string message) =>
        new(id, title, message, "Grains", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
