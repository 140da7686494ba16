using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Turnstile.Grains.Storage;

/// <summary>
/// One numbered step of the tables' history: a file <c>Migrations/0007_what_it_does.sql</c> for both databases, with
/// dialects told apart as in every <see cref="Statement{TInput}"/>. Once released it is never changed; a later one
/// corrects it.
/// </summary>
internal sealed partial record Migration(int Number, string Name, string Sql)
{
    /// <summary>The same however line ends were checked out.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The migrations of this program, in order.</summary>
    /// <exception cref="MigrationException">Two have one number, or a number is missing between 1 and the
    /// last.</exception>
    public static IReadOnlyList<Migration> Embedded() => Ordered(
        from resource in typeof(Migration).Assembly.GetManifestResourceNames()
        let file = FileName().Match(resource)
        where file.Success
        select new Migration(
            int.Parse(file.Groups["number"].Value, CultureInfo.InvariantCulture),
            file.Groups["name"].Value,
            Read(typeof(Migration).Assembly, resource)));

    public static IReadOnlyList<Migration> Ordered(IEnumerable<Migration> migrations)
    {
        Migration[] ordered = [.. migrations.OrderBy(migration => migration.Number)];
        for (int i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Number != i + 1)
            {
                throw new MigrationException(
                    $"Migration {i + 1} is missing or there twice; found {ordered[i].Number} ({ordered[i].Name}).");
            }
        }

        return ordered;
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\.Migrations\.(?<number>\d{4})_(?<name>\w+)\.sql$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileName();
}
