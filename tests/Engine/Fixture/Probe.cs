using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Turnstile.Engine.Tests;

/// <summary>
/// How a test and the grains it watches meet: grains tell that they reached a point and wait at gates, tests wait for
/// the one and open the other. Names are the test's own.
/// </summary>
public sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _points = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _notes = new();

    /// <summary>How long a test waits for something that must come; only a failing test waits that long.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(20);

    /// <summary>A grain is at a point.</summary>
    public void Reach(string point) => Point(_points, point).TrySetResult();

    /// <summary>Waits until a grain was at a point.</summary>
    public Task Reached(string point) => Soon(Point(_points, point).Task, $"a grain to reach {point}");

    public bool HasReached(string point) => Point(_points, point).Task.IsCompleted;

    /// <summary>A grain waits here until the test opens.</summary>
    public Task Gate(string gate) => Point(_gates, gate).Task;

    public void Open(string gate) => Point(_gates, gate).TrySetResult();

    /// <summary>Writes down what happened, in order.</summary>
    public void Note(string subject, string note) => _notes.GetOrAdd(subject, _ => new()).Enqueue(note);

    public IReadOnlyList<string> Notes(string subject) => [.. _notes.GetOrAdd(subject, _ => new())];

    /// <summary>Waits for something that must come.</summary>
    public static async Task<T> Soon<T>(Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await Soon((Task)task, what);
        return await task;
    }

    /// <inheritdoc cref="Soon{T}"/>
    public static async Task Soon(Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        if (await Task.WhenAny(task, Task.Delay(Patience, TimeProvider.System)) != task)
        {
            throw new TimeoutException($"Waited {Patience} for {what}.");
        }

        await task;
    }

    private static TaskCompletionSource Point(ConcurrentDictionary<string, TaskCompletionSource> of, string name) =>
        of.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
