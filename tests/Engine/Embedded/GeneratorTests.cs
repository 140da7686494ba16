using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Orleans;
using Turnstile.Embedded.Generator;

namespace Turnstile.Engine.Tests.Embedded;

/// <summary>What the generator writes, and what it refuses.</summary>
public sealed class GeneratorTests
{
    [Theory]
    [InlineData("int Count { get; }", "GRAIN001")]
    [InlineData("event System.Action Rang;", "GRAIN001")]
    [InlineData("void Tell();", "GRAIN002")]
    [InlineData("int Count();", "GRAIN002")]
    [InlineData("[OneWay] Task<int> Count();", "GRAIN002")]
    [InlineData("Task Take(ref int count);", "GRAIN003")]
    [InlineData("Task Take(out int count);", "GRAIN003")]
    [InlineData("Task Take(System.Span<int> counts);", "GRAIN003")]
    [InlineData("Task Take<T>(T value);", "GRAIN004")]
    public void A_shape_that_cannot_be_called_is_refused(string member, string id)
    {
        (Diagnostic[] diagnostics, _) = Generate($"public interface IShape : IGrainWithStringKey {{ {member} }}");
        Diagnostic problem = Assert.Single(diagnostics);
        Assert.Equal(id, problem.Id);
        Assert.Equal(DiagnosticSeverity.Error, problem.Severity);
        Assert.True(problem.Location.GetLineSpan().Span.Start.Character > 0);
    }

    [Theory]
    [InlineData("public interface IShape<T> : IGrainWithStringKey { Task Take(T value); }", "GRAIN004")]
    [InlineData("class Outer { private interface IShape : IGrainWithStringKey { Task Take(); } }", "GRAIN005")]
    public void An_interface_that_cannot_be_referred_to_is_refused(string source, string id)
    {
        (Diagnostic[] diagnostics, _) = Generate(source);
        Assert.Equal(id, Assert.Single(diagnostics).Id);
    }

    [Theory]
    [InlineData("public interface IShape : IGrainWithStringKey { Task A(); Task<int> B(string? text); ValueTask C(int @class); ValueTask<int[]> D(CancellationToken token = default); }")]
    [InlineData("public interface IShape : IGrainObserver { void A(int a); Task<string?> B(); }")]
    [InlineData("interface IBase : IGrainWithStringKey { Task A(); } interface IShape : IBase { Task A(int overload); }")]
    [InlineData("partial interface IShape : IGrainWithStringKey { Task A(); } partial interface IShape { Task B(); }")]
    [InlineData("class Outer { internal interface IShape : IGrainWithStringKey { Task A(); static int Zero => 0; } }")]
    [InlineData("interface IShape : IGrainWithStringKey { Task A(); } partial class Shape : Grain { } partial class Shape : IShape { public Task A() => null!; }")]
    public void What_can_be_called_compiles(string source)
    {
        (Diagnostic[] diagnostics, Compilation output) = Generate(source);
        Assert.Empty(diagnostics);
        Assert.Empty(output.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        Assert.Contains(output.SyntaxTrees, tree => tree.FilePath.EndsWith("IShape.g.cs", StringComparison.Ordinal));
    }

    private static (Diagnostic[] Diagnostics, Compilation Output) Generate(string source)
    {
        const string usings = """
            using System.Threading;
            using System.Threading.Tasks;
            using Orleans;
            using Orleans.Concurrency;

            """;
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Shapes",
            [CSharpSyntaxTree.ParseText(usings + source, path: "Shapes.cs")],
            [.. platform.Append(typeof(Grain).Assembly.Location).Distinct().Select(path => MetadataReference.CreateFromFile(path))],
            options);
        CSharpGeneratorDriver.Create(new GrainGenerator())
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out var diagnostics);
        return ([.. diagnostics], output);
    }
}
