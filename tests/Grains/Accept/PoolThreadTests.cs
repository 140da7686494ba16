namespace Turnstile.Grains.Tests.Accept;

public sealed class PoolThreadTests
{
    [Fact]
    public async Task Where_ids_are_in_files_the_pool_has_a_thread_more_than_there_are_processors()
    {
        string folder = Directory.CreateTempSubdirectory("turnstile-pool-").FullName;
        ThreadPool.GetMinThreads(out _, out int ports);
        ThreadPool.SetMinThreads(Environment.ProcessorCount, ports);
        await using (AcceptSilo silo = await AcceptSilo.Start(folder, new()))
        {
            ThreadPool.GetMinThreads(out int workers, out _);
            Assert.True(workers > Environment.ProcessorCount, $"There are {workers}.");
        }

        Directory.Delete(folder, recursive: true);
    }
}
