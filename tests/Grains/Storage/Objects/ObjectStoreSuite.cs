using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Storage.Objects;

namespace Turnstile.Grains.Tests.Storage.Objects;

/// <summary>
/// An S3-compatible server, named by <c>TURNSTILE_TEST_S3</c>: its address, with <c>key:secret@</c> before the host and a bucket behind it.
/// </summary>
public sealed class S3FactAttribute : FactAttribute
{
    public const string Variable = "TURNSTILE_TEST_S3";

    public S3FactAttribute() => Skip =
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) && Environment.GetEnvironmentVariable("CI") != "true"
            ? $"{Variable} names no S3 server"
            : null;
}

public sealed class ObjectsInFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnstile-objects-").FullName;

    private FileObjectStore Store => new(Options.Create(new ObjectOptions { Path = _folder }));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task What_is_written_is_read_and_what_is_damaged_or_missing_is_told() => ObjectLaws.Hold(Store);

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/../{0}")]
    public Task A_folder_may_be_named_as_one_likes(string end) => ObjectLaws.Hold(new FileObjectStore(
        Options.Create(new ObjectOptions { Path = _folder + string.Format(end, Path.GetFileName(_folder)) })));

    [Fact]
    public async Task A_part_that_a_crash_left_is_in_nobodys_way()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "a", "b.txt.part"), "half of it");

        await Store.Write("a/b.txt", "whole"u8.ToArray());

        Assert.Equal("whole", await File.ReadAllTextAsync(Path.Combine(_folder, "a", "b.txt")));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "a")));
    }

    [Fact]
    public async Task A_disk_that_is_full_is_left_without_half_an_object()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "a")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "b.txt.part"), "/dev/full");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store.Write("a/b.txt", new byte[1]));

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("/outside.txt")]
    public async Task A_key_that_leads_out_of_the_folder_is_refused(string key) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Write(key, new byte[1]));

    [Fact]
    public async Task A_folder_that_cannot_be_written_means_that_the_store_is_away()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "in the way");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store.Write("file/object.txt", new byte[1]));
    }
}

public sealed class ObjectsInS3
{
    [S3Fact]
    public async Task What_is_written_is_read_and_what_is_damaged_or_missing_is_told()
    {
        using S3ObjectStore store = Connect();
        await ObjectLaws.Hold(store);
    }

    [S3Fact]
    public async Task A_large_object_arrives_whole_in_parts()
    {
        using S3ObjectStore store = Connect(multipart: 5);
        byte[] content = ObjectLaws.Random((12 << 20) + 345);
        string key = $"tests/{Guid.NewGuid():N}.txt";

        await store.Write(key, content);

        await ObjectLaws.AssertReads(store, key, content);
    }

    [Fact]
    public async Task A_server_that_is_not_there_means_that_the_store_is_away()
    {
        using var store = new S3ObjectStore(Options.Create(new S3Options
        {
            Bucket = "none", ServiceUrl = "http://127.0.0.1:1", AccessKey = "a", SecretKey = "b", PathStyle = true,
        }));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Read("x", "y"));
    }

    [Theory]
    [InlineData("Content-Length: 3000000000")]
    [InlineData("Content-Length: 10\r\nContent-Encoding: none")]
    [InlineData("Content-Length: 5\r\nx-amz-missing-meta: some\r\nLast-Modified: never")]
    public async Task An_answer_that_nobody_can_read_means_that_the_store_is_away(string headers)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        Task answering = Answer(server, $"HTTP/1.1 200 OK\r\n{headers}\r\n\r\nshort");
        using (var store = new S3ObjectStore(Options.Create(new S3Options
        {
            Bucket = "none", ServiceUrl = $"http://{server.LocalEndpoint}", AccessKey = "a", SecretKey = "b", PathStyle = true,
        })))
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Read("x", "y"));
        }

        server.Stop();
        await answering;
    }

    private static async Task Answer(TcpListener server, string answer)
    {
        byte[] request = new byte[4_096];
        try
        {
            while (true)
            {
                using Socket connection = await server.AcceptSocketAsync();
                await connection.ReceiveAsync(request);
                await connection.SendAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private static S3ObjectStore Connect(int multipart = 16)
    {
        var address = new Uri(Environment.GetEnvironmentVariable(S3FactAttribute.Variable)
            ?? throw new InvalidOperationException($"{S3FactAttribute.Variable} names no S3 server; CI skips no test."));
        string[] user = address.UserInfo.Split(':');
        return new S3ObjectStore(Options.Create(new S3Options
        {
            Bucket = address.AbsolutePath.Trim('/'),
            ServiceUrl = address.GetLeftPart(UriPartial.Scheme) + address.Authority,
            AccessKey = user[0],
            SecretKey = user[1],
            PathStyle = true,
            Encryption = "AES256",
            MultipartMegabytes = multipart,
        }));
    }
}

/// <summary>What holds for every object store.</summary>
internal static class ObjectLaws
{
    public static async Task Hold(ObjectStore store)
    {
        string key = $"tests/{Guid.NewGuid():N}.txt";
        byte[] first = Random(10_000);
        byte[] second = Random(77_338);
        Assert.IsType<ObjectReading.Missing>(await store.Read(key, Sha256(first)));

        await store.Write(key, first);
        await AssertReads(store, key, first);
        await store.Write(key, second);
        await AssertReads(store, key, second);
        ObjectReading.Damaged damaged = Assert.IsType<ObjectReading.Damaged>(await store.Read(key, Sha256(first)));
        Assert.Equal(Sha256(second), damaged.Sha256);
        await store.Write(key, Array.Empty<byte>());
        await AssertReads(store, key, []);
    }

    public static async Task AssertReads(ObjectStore store, string key, byte[] content)
    {
        ObjectReading.Whole whole = Assert.IsType<ObjectReading.Whole>(await store.Read(key, Sha256(content)));
        Assert.True(whole.Content.Span.SequenceEqual(content));
    }

    public static byte[] Random(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
