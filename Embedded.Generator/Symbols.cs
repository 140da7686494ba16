using Microsoft.CodeAnalysis;

namespace Turnstile.Embedded.Generator;

/// <summary>What symbols mean to the engine.</summary>
internal static class Symbols
{
    public const string OneWay = "Orleans.Concurrency.OneWayAttribute";
    public const string ReadOnly = "Orleans.Concurrency.ReadOnlyAttribute";
    public const string AlwaysInterleave = "Orleans.Concurrency.AlwaysInterleaveAttribute";
    public const string ResponseTimeout = "Orleans.ResponseTimeoutAttribute";

    public static bool Is(ISymbol symbol, string fullName) => symbol.ToDisplayString() == fullName;

    public static bool IsAddressable(INamedTypeSymbol type) =>
        type.AllInterfaces.Any(face => Is(face, "Orleans.Runtime.IAddressable"));

    public static bool IsObserver(INamedTypeSymbol type) =>
        type.AllInterfaces.Any(face => Is(face, "Orleans.IGrainObserver"));

    public static bool IsOfTheEngine(INamedTypeSymbol type) => type.ContainingAssembly.Name == "Turnstile.Embedded";

    public static bool IsNotOfTheEngine(INamedTypeSymbol type) => !IsOfTheEngine(type);

    public static bool IsCancellationToken(ITypeSymbol type) => Is(type, "System.Threading.CancellationToken");

    /// <summary>Whether generated code of the same assembly can name it.</summary>
    public static bool IsVisible(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType)
        {
            bool isVisible = type.DeclaredAccessibility
                is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;
            if (!isVisible || type.IsFileLocal)
            {
                return false;
            }
        }

        return true;
    }

    public static bool Has(IMethodSymbol method, string attribute) => Find(method, attribute) is not null;

    /// <returns>The attribute's first argument as text, or null.</returns>
    public static string? Argument(IMethodSymbol method, string attribute) =>
        Find(method, attribute)?.ConstructorArguments.FirstOrDefault().Value as string;

    private static AttributeData? Find(IMethodSymbol method, string attribute) =>
        method.GetAttributes().FirstOrDefault(data => data.AttributeClass is { } type && Is(type, attribute));
}
