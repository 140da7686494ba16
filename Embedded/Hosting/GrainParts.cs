using System.ComponentModel;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Names the generated class that lists the grain interfaces and classes of an assembly.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainAssemblyAttribute(Type parts) : Attribute
{
    public Type Parts { get; } = parts;
}

/// <summary>Lists the grain interfaces and classes of an assembly; generated.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IGrainAssembly
{
    void List(GrainParts parts);
}

/// <summary>The grain interfaces and classes of the process, as the generated lists give them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class GrainParts
{
    private readonly Dictionary<Type, Func<ReferenceParts, GrainReference>> _interfaces = [];
    private readonly List<Type> _classTypes = [];
    private readonly List<GrainClass> _classes = [];

    private GrainParts()
    {
    }

    internal IReadOnlyDictionary<Type, Func<ReferenceParts, GrainReference>> Interfaces => _interfaces;

    /// <summary>The grain classes with their types.</summary>
    internal IEnumerable<(Type Type, GrainClass Class)> Classes => _classTypes.Zip(_classes);

    public void AddInterface<TInterface>(Func<ReferenceParts, GrainReference> make) =>
        _interfaces[typeof(TInterface)] = make;

    public void AddClass(Type grainClass) => _classTypes.Add(grainClass);

    /// <summary>Asks the assemblies of the process that have a generated list, and those they refer to.</summary>
    /// <exception cref="OrleansConfigurationException">Two grain classes have one grain type.</exception>
    internal static GrainParts Find(Silo silo, ServiceLifetimes lifetimes)
    {
        var parts = new GrainParts();
        foreach (Assembly assembly in OwnAssemblies())
        {
            if (assembly.GetCustomAttribute<GrainAssemblyAttribute>() is { } list)
            {
                ((IGrainAssembly)Activator.CreateInstance(list.Parts, nonPublic: true)!).List(parts);
            }
        }

        parts._classes.AddRange(parts._classTypes.Select(type => GrainClass.Of(silo, type, lifetimes)));
        if (parts._classes.GroupBy(kind => kind.GrainType).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            string names = string.Join(" and ", twice.Select(kind => kind.Name));
            throw new OrleansConfigurationException($"Grain type {twice.Key} is that of {names}: use [GrainType].");
        }

        return parts;
    }

    /// <summary>An assembly may not be loaded yet though its grains are to be called: follow the references.</summary>
    private static HashSet<Assembly> OwnAssemblies()
    {
        var found = new HashSet<Assembly>();
        Assembly[] loaded = AppDomain.CurrentDomain.GetAssemblies();
        var left = new Stack<Assembly>(loaded.Where(assembly => !assembly.IsDynamic && IsOwn(assembly.GetName())));
        while (left.TryPop(out Assembly? assembly))
        {
            if (!found.Add(assembly))
            {
                continue;
            }

            foreach (AssemblyName name in assembly.GetReferencedAssemblies().Where(IsOwn))
            {
                try
                {
                    left.Push(Assembly.Load(name));
                }
                catch (IOException)
                {
                    // Referred to, but not deployed: nothing of it can be called.
                }
            }
        }

        return found;
    }

    private static bool IsOwn(AssemblyName name) => name.Name is { } text
        && !text.StartsWith("System.", StringComparison.Ordinal)
        && !text.StartsWith("Microsoft.", StringComparison.Ordinal)
        && text is not ("System" or "netstandard" or "mscorlib");
}
