using System.Buffers;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using Turnstile.Api.Events;
using Turnstile.Api.Http;
using Turnstile.Grains.Events;

namespace Turnstile.Api.Tests.Events;

public sealed class EventProtobufReaderTests
{
    private readonly EventProtobufReader _reader = new(new EventCheck(Options.Create(new EventsOptions()), TimeProvider.System));

    [Fact]
    public void A_body_of_millions_of_empty_events_is_refused_without_making_them()
    {
        // Field 1, of no length.
        byte[] body = [.. Enumerable.Repeat<byte[]>([0x0A, 0x00], 2_000_000).SelectMany(field => field)];

        (FieldErrors errors, long bytes) = Read(body, countMax: 1_000);

        Assert.True(errors.Any);
        Assert.InRange(bytes, 0, 4L * body.Length);
    }

    [Fact]
    public void Fields_that_nobody_knows_are_not_kept()
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        for (int field = 100_000; field < 600_000; field++)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt32(1);
        }

        output.Flush();
        byte[] fields = stream.ToArray();
        byte[] within = new byte[fields.Length + 16];
        using var batch = new CodedOutputStream(within);
        batch.WriteTag(1, WireFormat.WireType.LengthDelimited);
        batch.WriteBytes(ByteString.CopyFrom(fields));
        int length = (int)batch.Position;

        (FieldErrors errors, long inEvent) = Read(within[..length], countMax: 1_000);
        (_, long inBatch) = Read(fields, countMax: 1_000);

        Assert.Contains("[0].id", errors.ToDictionary().Keys);
        Assert.InRange(inEvent, 0, 4L * fields.Length);
        Assert.InRange(inBatch, 0, 4L * fields.Length);
    }

    private (FieldErrors Errors, long AllocatedBytes) Read(byte[] body, int countMax)
    {
        var errors = new FieldErrors();
        var sequence = new ReadOnlySequence<byte>(body);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _reader.Read(sequence, countMax, errors);
        return (errors, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
