namespace Turnstile.Tidy.Tests;

/// <summary>The sources of the project: what git knows of, wherever the tests were built.</summary>
internal static class Sources
{
    public static string Root { get; } = FindRoot();

    /// <summary>The C# files, as paths from the root with forward slashes.</summary>
    public static IReadOnlyList<string> CSharp { get; } = [.. Files().Where(file => file.EndsWith(".cs", StringComparison.Ordinal))];

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the project's folder.");
    }

    private static IEnumerable<string> Files()
    {
        string[] folders = ["artifacts", ".git", "data", "logs"];
        return Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(file => !folders.Contains(file.Split('/')[0]) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }
}
