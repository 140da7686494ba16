using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace Turnstile.Api.Tests.Contract;

public sealed class GeneratedClientTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_client_that_is_generated_from_the_description_compiles_and_has_every_operation()
    {
        OpenApiDocument document = await OpenApiDocument.FromJsonAsync(await service.Http.GetStringAsync("/openapi/v1.json"));
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "TurnstileClient",
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = CSharpJsonLibrary.SystemTextJson },
        };

        string source = new CSharpClientGenerator(document, settings).GenerateFile();

        Assert.DoesNotContain(Compile(source), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.All(
            document.Operations.Select(operation => operation.Operation.OperationId),
            name => Assert.Contains($"{name}Async(", source, StringComparison.Ordinal));
    }

    private static ImmutableArray<Diagnostic> Compile(string source)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return CSharpCompilation.Create(
            "Generated",
            [CSharpSyntaxTree.ParseText(source)],
            platform.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).GetDiagnostics();
    }
}
