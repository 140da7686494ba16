using System.Reflection;

namespace Turnstile.Api.Tests;

/// <summary>Stands for an interface: whatever is called of it is answered by one function.</summary>
public class Double : DispatchProxy
{
    private Func<object?[], object?> _answer = _ => null;

    public static T Of<T>(Func<object?[], object?> answer)
        where T : class
    {
        T made = Create<T, Double>();
        ((Double)(object)made)._answer = answer;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(args ?? []);
}
