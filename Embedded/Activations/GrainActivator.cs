using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>
/// Makes grain objects: the arguments of the constructor come from the services, state facets from the storage.
/// </summary>
internal static class GrainActivator
{
    /// <exception cref="OrleansConfigurationException">The class has not one constructor to use.</exception>
    public static Func<Activation, object> For(Type type, ServiceLifetimes lifetimes)
    {
        ConstructorInfo[] constructors = type.GetConstructors();
        ConstructorInfo constructor = constructors.Length == 1
            ? constructors[0]
            : constructors.SingleOrDefault(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
                ?? throw new OrleansConfigurationException(
                    $"Grain class {type} needs one public constructor, or one marked [ActivatorUtilitiesConstructor].");

        Func<Activation, object?>[] arguments = [.. constructor.GetParameters().Select(p => Argument(p, lifetimes))];
        ConstructorInvoker invoker = ConstructorInvoker.Create(constructor);
        return activation =>
        {
            var values = new object?[arguments.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = arguments[i](activation);
            }

            return invoker.Invoke(values.AsSpan());
        };
    }

    private static Func<Activation, object?> Argument(ParameterInfo parameter, ServiceLifetimes lifetimes)
    {
        Type type = parameter.ParameterType;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } facet)
        {
            return PersistentStates.Factory(type, facet);
        }

        if (type == typeof(IGrainContext))
        {
            return activation => activation;
        }

        // A scope for each activation costs memory; a singleton does not need one.
        object? key = parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key;
        bool needsScope = !lifetimes.IsSingleton(type, key);
        bool isOptional = parameter.HasDefaultValue;
        return activation =>
        {
            IServiceProvider services = needsScope ? activation.ActivationServices : activation.Silo.Services;
            object? found = key is null
                ? services.GetService(type)
                : ((IKeyedServiceProvider)services).GetKeyedService(type, key);
            return found ?? (isOptional ? parameter.DefaultValue : throw Missing(parameter));
        };
    }

    private static InvalidOperationException Missing(ParameterInfo parameter) =>
        new($"{parameter.Member.DeclaringType} needs {parameter.ParameterType} {parameter.Name}: not registered.");
}

/// <summary>Which services are known to be singletons; from the registrations the silo was built with.</summary>
internal sealed class ServiceLifetimes(IServiceCollection services)
{
    private readonly Lazy<ILookup<(Type, object?), ServiceLifetime>> _registered = new(() =>
        services.ToLookup(service => (service.ServiceType, service.ServiceKey), service => service.Lifetime));

    public bool IsSingleton(Type type, object? key)
    {
        Type open = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
        ServiceLifetime[] lifetimes = [.. _registered.Value[(type, key)], .. _registered.Value[(open, key)]];
        return lifetimes.Length > 0 && lifetimes.All(lifetime => lifetime == ServiceLifetime.Singleton);
    }
}
