using System.Collections;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Turnstile.Embedded.Generator;

/// <summary>How a grain method gives its answer.</summary>
internal enum Answer
{
    Void,
    Task,
    TaskOf,
    ValueTask,
    ValueTaskOf,
}

/// <summary>A grain interface, as far as its generated code depends on it; equal models give equal code.</summary>
internal sealed record InterfaceModel(
    string FullName, string Identifier, string ShortName, List<MethodModel> Methods, List<Problem> Problems);

/// <summary>
/// A method of a grain interface. <c>Interface</c> is the full name of the one that declares it, <c>Result</c> that of
/// the type of the answer's value (empty where there is none), <c>Options</c> the flags as an expression,
/// <c>Timeout</c> the text of [ResponseTimeout].
/// </summary>
internal sealed record MethodModel(
    string Interface,
    string Name,
    Answer Answer,
    string Result,
    List<ParameterModel> Parameters,
    bool IsOneWay,
    string Options,
    string? Timeout);

internal sealed record ParameterModel(string Type, string Name, bool IsToken);

/// <summary>A shape that cannot be called from afar.</summary>
internal sealed record Problem(string Id, string Subject, string Path, TextSpan Span, LinePositionSpan Lines)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(
        Descriptors.Of(Id), Path.Length == 0 ? Location.None : Location.Create(Path, Span, Lines), Subject);
}

/// <summary>A list that is equal to another with equal items, as the generator's cache needs it.</summary>
internal readonly struct List<T>(ImmutableArray<T> items) : IEquatable<List<T>>, IEnumerable<T>
{
    private readonly ImmutableArray<T> _items = items;

    public bool IsEmpty => _items.IsDefaultOrEmpty;

    public bool Equals(List<T> other) => this.SequenceEqual(other);

    public override bool Equals(object? obj) => obj is List<T> other && Equals(other);

    public override int GetHashCode() => this.Aggregate(17, (hash, item) => (hash * 31) + (item?.GetHashCode() ?? 0));

    public IEnumerator<T> GetEnumerator() => (_items.IsDefault ? [] : (IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
