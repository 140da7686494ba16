namespace Turnstile.Load.Widgets;

/// <summary>What a service has stored in its folder, copied while it does not run.</summary>
internal static class DataFolder
{
    public static void Copy(string from, string to)
    {
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }
}
