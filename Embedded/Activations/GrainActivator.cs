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

        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return activation => activation.ActivationServices.GetRequiredKeyedService(type, keyed.Key);
        }

        // A scope for each activation costs memory; a singleton does not need one.
        if (lifetimes.IsSingleton(type))
        {
            return activation => activation.Silo.Services.GetRequiredService(type);
        }

        return parameter.HasDefaultValue
            ? activation => activation.ActivationServices.GetService(type) ?? parameter.DefaultValue
            : activation => activation.ActivationServices.GetRequiredService(type);
    }
}

/// <summary>Which services are known to be singletons; from the registrations the silo was built with.</summary>
internal sealed class ServiceLifetimes(IServiceCollection services)
{
    private readonly Lazy<HashSet<Type>> _notSingletons = new(() =>
        [.. services.Where(s => s.Lifetime != ServiceLifetime.Singleton).Select(s => s.ServiceType)]);

    private readonly Lazy<HashSet<Type>> _singletons = new(() =>
        [.. services.Where(s => s.Lifetime == ServiceLifetime.Singleton).Select(s => s.ServiceType)]);

    public bool IsSingleton(Type type)
    {
        Type open = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
        return (_singletons.Value.Contains(type) || _singletons.Value.Contains(open))
            && !_notSingletons.Value.Contains(type) && !_notSingletons.Value.Contains(open);
    }
}
