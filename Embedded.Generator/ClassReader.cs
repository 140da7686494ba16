using Microsoft.CodeAnalysis;

namespace Turnstile.Embedded.Generator;

/// <summary>Reads grain classes.</summary>
internal static class ClassReader
{
    /// <returns>The full name of a class that a silo can activate, or null.</returns>
    public static string? Read(INamedTypeSymbol type)
    {
        bool isGrain = type is { IsAbstract: false, IsGenericType: false }
            && Symbols.IsVisible(type)
            && type.AllInterfaces.Any(face => Symbols.Is(face, "Orleans.IGrainBase"))
            && type.AllInterfaces.Any(face => Symbols.Is(face, "Orleans.IGrain"));
        return isGrain ? type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) : null;
    }
}
