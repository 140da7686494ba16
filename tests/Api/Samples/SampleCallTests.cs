namespace Turnstile.Api.Tests.Samples;

/// <summary>The calls of <c>samples/http</c> run as they are written, one after another, on a service that has just been started.</summary>
public sealed class SampleCallTests(RunningService service) : IClassFixture<RunningService>
{
    public static TheoryData<string> Files => new(
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.http").Select(file => Path.GetFileName(file)!));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_sample_call_is_answered_as_it_says(string name)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "samples", name));
        var file = new HttpFile(text, service.Http.BaseAddress!);
        var faults = new List<string>();
        foreach (HttpCall call in file.Calls)
        {
            if (await file.Send(service.Http, call) is { } fault)
            {
                faults.Add(fault);
            }
        }

        Assert.Empty(faults);
        Assert.NotEmpty(file.Calls);
    }
}
