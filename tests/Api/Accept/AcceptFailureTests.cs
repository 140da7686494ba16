using System.Net;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Accept;

public sealed class AcceptFailureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Where_ids_cannot_be_written_requests_are_answered_failed_until_they_can()
    {
        await using var service = new ServiceProcess("--Accept:MinuteSeconds=1");
        await service.Start();
        await Until(service, HttpStatusCode.OK, "ok");

        // The file of the minute that runs stays open; the next minute's cannot be made.
        string folder = Path.Combine(service.Folder, "turnstile.db-accept");
        Directory.Move(folder, folder + "-away");
        await Until(service, HttpStatusCode.ServiceUnavailable, "failed");
        Directory.Move(folder + "-away", folder);
        await Until(service, HttpStatusCode.OK, "ok");
    }

    [Fact]
    public async Task Damage_amid_the_ids_ends_the_start_with_the_name_of_the_file()
    {
        await using var service = new ServiceProcess();
        await service.Start();

        // Two appends to one file, whichever minutes they come in.
        string[] before;
        long id = 0;
        do
        {
            before = Files(service);
            await service.Http.GetStringAsync($"/api/verve/accept?id={++id}");
            await service.Http.GetStringAsync($"/api/verve/accept?id={++id}");
        }
        while (!Files(service).SequenceEqual(before));
        await service.Kill();

        string file = before[^1];
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[10] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(service.Start);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
    }

    private static string[] Files(ServiceProcess service) =>
        [.. Directory.GetFiles(Path.Combine(service.Folder, "turnstile.db-accept")).Order(StringComparer.Ordinal)];

    private static async Task Until(ServiceProcess service, HttpStatusCode status, string text)
    {
        DateTimeOffset end = TimeProvider.System.GetUtcNow() + Patience;
        for (long id = 1; ; id++)
        {
            using HttpResponseMessage answer = await service.Http.GetAsync($"/api/verve/accept?id={id}");
            if (answer.StatusCode == status)
            {
                Assert.Equal(text, await answer.Content.ReadAsStringAsync());
                return;
            }

            Assert.True(TimeProvider.System.GetUtcNow() < end, $"Waited {Patience} for an answer of {status}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
