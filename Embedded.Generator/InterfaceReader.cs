using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Turnstile.Embedded.Generator;

/// <summary>Reads grain interfaces.</summary>
internal static class InterfaceReader
{
    private static readonly SymbolDisplayFormat FullName = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <returns>Null where the interface is none that grains or observers implement.</returns>
    public static InterfaceModel? Read(INamedTypeSymbol type)
    {
        if (!Symbols.IsAddressable(type) || Symbols.IsOfTheEngine(type))
        {
            return null;
        }

        ImmutableArray<Problem>.Builder problems = ImmutableArray.CreateBuilder<Problem>();
        ImmutableArray<MethodModel>.Builder methods = ImmutableArray.CreateBuilder<MethodModel>();
        if (type.IsGenericType || type.ContainingType is { IsGenericType: true })
        {
            problems.Add(At(Descriptors.Generic, type));
        }

        if (!Symbols.IsVisible(type))
        {
            problems.Add(At(Descriptors.Hidden, type));
        }

        bool isObserver = Symbols.IsObserver(type);
        foreach (INamedTypeSymbol declaring in type.AllInterfaces.Insert(0, type).Where(Symbols.IsNotOfTheEngine))
        {
            foreach (ISymbol member in declaring.GetMembers().Where(member => member.IsAbstract))
            {
                ReadMember(member, declaring, isObserver, methods, problems);
            }
        }

        string fullName = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return new InterfaceModel(
            fullName,
            fullName.Replace("global::", "").Replace('.', '_').Replace('<', '_').Replace('>', '_').Replace(", ", "_"),
            type.Name,
            new List<MethodModel>(methods.ToImmutable()),
            new List<Problem>(problems.ToImmutable()));
    }

    private static void ReadMember(
        ISymbol member,
        INamedTypeSymbol declaring,
        bool isObserver,
        ImmutableArray<MethodModel>.Builder methods,
        ImmutableArray<Problem>.Builder problems)
    {
        if (member is not IMethodSymbol method)
        {
            problems.Add(At(Descriptors.Member, member));
            return;
        }

        if (method.MethodKind != MethodKind.Ordinary)
        {
            // An accessor: its property or event is reported itself.
            return;
        }

        Answer? answer = AnswerOf(method);
        bool isOneWay = Symbols.Has(method, Symbols.OneWay) || answer == Answer.Void;
        bool isLost = isOneWay && answer is Answer.TaskOf or Answer.ValueTaskOf;
        bool isVoid = answer == Answer.Void && !isObserver;
        if (method.IsGenericMethod)
        {
            problems.Add(At(Descriptors.Generic, method));
        }
        else if (answer is null || isVoid || isLost)
        {
            problems.Add(At(Descriptors.ReturnType, method));
        }
        else if (method.Parameters.FirstOrDefault(IsByReference) is { } byReference)
        {
            problems.Add(At(Descriptors.Parameter, byReference));
        }
        else
        {
            methods.Add(Model(method, declaring, answer.Value, isOneWay));
        }
    }

    private static MethodModel Model(IMethodSymbol method, INamedTypeSymbol declaring, Answer answer, bool isOneWay)
    {
        var flags = new[]
        {
            isOneWay ? "OneWay" : null,
            Symbols.Has(method, Symbols.ReadOnly) ? "ReadOnly" : null,
            Symbols.Has(method, Symbols.AlwaysInterleave) ? "AlwaysInterleave" : null,
        };
        string options = string.Join(" | ", flags.Where(flag => flag is not null).DefaultIfEmpty("None")
            .Select(flag => $"global::Orleans.CodeGeneration.InvokeMethodOptions.{flag}"));
        return new MethodModel(
            declaring.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            method.Name,
            answer,
            answer is Answer.TaskOf or Answer.ValueTaskOf
                ? ((INamedTypeSymbol)method.ReturnType).TypeArguments[0].ToDisplayString(FullName)
                : "",
            new List<ParameterModel>([.. method.Parameters.Select(Model)]),
            isOneWay,
            options,
            Symbols.Argument(method, Symbols.ResponseTimeout));
    }

    private static ParameterModel Model(IParameterSymbol parameter) =>
        new(parameter.Type.ToDisplayString(FullName), parameter.Name, Symbols.IsCancellationToken(parameter.Type));

    private static bool IsByReference(IParameterSymbol parameter) =>
        parameter.RefKind != RefKind.None || parameter.Type.IsRefLikeType;

    private static Answer? AnswerOf(IMethodSymbol method)
    {
        if (method.ReturnsVoid)
        {
            return Answer.Void;
        }

        var type = method.ReturnType as INamedTypeSymbol;
        return type is not null && Symbols.Is(type.ContainingNamespace, "System.Threading.Tasks")
            ? type.MetadataName switch
            {
                "Task" => Answer.Task,
                "Task`1" => Answer.TaskOf,
                "ValueTask" => Answer.ValueTask,
                "ValueTask`1" => Answer.ValueTaskOf,
                _ => null,
            }
            : null;
    }

    private static Problem At(string id, ISymbol symbol)
    {
        Location location = symbol.Locations[0];
        string subject = symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);
        return location.SourceTree is { } tree
            ? new Problem(id, subject, tree.FilePath, location.SourceSpan, location.GetLineSpan().Span)
            : new Problem(id, subject, "", default, default);
    }
}
