using System.Diagnostics;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Widgets;

public sealed class WidgetStartTests
{
    [Fact]
    public async Task A_service_that_is_to_stop_while_it_still_reads_its_log_ends_without_a_fault()
    {
        await using var service = new ServiceProcess("--Drain:NoticeSeconds=300");
        string database = Path.Combine(service.Folder, "turnstile.db");
        string log = Directory.CreateDirectory(database + "-widgets").FullName;

        // A file of which not even the opening ends.
        await Run("mkfifo", Path.Combine(log, "00000000000000000001.log"));
        service.Begin();
        await Wait.Until("the database is there", () => Task.FromResult(File.Exists(database)));

        Assert.Equal(0, await service.Stop());
    }

    private static async Task Run(string program, string argument)
    {
        using Process process = Process.Start(program, [argument]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
