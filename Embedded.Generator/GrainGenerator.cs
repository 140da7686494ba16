using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Turnstile.Embedded.Generator;

/// <summary>
/// For each grain interface of a compilation it writes a reference class and a request class for each method, and for
/// the assembly a list of its grain interfaces and grain classes, by which a silo finds them.
/// </summary>
[Generator]
public sealed class GrainGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<InterfaceModel> interfaces = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is InterfaceDeclarationSyntax,
                static (syntax, cancellation) => Declared(syntax, cancellation) is { } type ? InterfaceReader.Read(type) : null)
            .Where(static model => model is not null)
            .Select(static (model, _) => model!);

        IncrementalValuesProvider<string> classes = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is ClassDeclarationSyntax { BaseList: not null },
                static (syntax, cancellation) => Declared(syntax, cancellation) is { } type ? ClassReader.Read(type) : null)
            .Where(static name => name is not null)
            .Select(static (name, _) => name!);

        context.RegisterSourceOutput(interfaces, static (output, model) =>
        {
            foreach (Problem problem in model.Problems)
            {
                output.ReportDiagnostic(problem.ToDiagnostic());
            }

            if (model.Problems.IsEmpty)
            {
                output.AddSource($"{model.Identifier}.g.cs", SourceText.From(ReferenceWriter.Write(model), Encoding.UTF8));
            }
        });

        context.RegisterSourceOutput(
            interfaces.Where(static model => model.Problems.IsEmpty).Collect().Combine(classes.Collect()),
            static (output, parts) => WriteList(output, parts.Left, parts.Right));
    }

    /// <summary>The type that a declaration declares; null for all parts but the first of a partial one.</summary>
    private static INamedTypeSymbol? Declared(GeneratorSyntaxContext syntax, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)syntax.SemanticModel.GetDeclaredSymbol(syntax.Node, cancellation)!;
        SyntaxReference first = type.DeclaringSyntaxReferences[0];
        return first.SyntaxTree == syntax.Node.SyntaxTree && first.Span == syntax.Node.Span ? type : null;
    }

    private static void WriteList(
        SourceProductionContext output, ImmutableArray<InterfaceModel> interfaces, ImmutableArray<string> classes)
    {
        if (!interfaces.IsEmpty || !classes.IsEmpty)
        {
            output.AddSource("GrainAssembly.g.cs", SourceText.From(ListWriter.Write(interfaces, classes), Encoding.UTF8));
        }
    }
}
