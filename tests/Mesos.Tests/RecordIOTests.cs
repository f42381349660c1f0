using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Mesos.V1;

namespace Mesos.Tests;

public class RecordIOTests
{
    [Fact]
    public void Records_come_out_as_they_went_in_however_the_bytes_are_cut()
    {
        var records = ArbMap.Default.ArbFor<byte[]>().Filter(record => record.Length > 0).Generator.ListOf().Select(list => list.ToArray());
        var cases = from list in records from seed in Gen.Choose(0, int.MaxValue) select (list, seed);
        Prop.ForAll(cases.ToArbitrary(), tuple =>
        {
            var bytes = tuple.list.SelectMany(record => RecordIOWriter.Frame(record)).ToArray();
            var read = ReadAll(new ChoppyStream(bytes, new Random(tuple.seed)));
            return read.Count == tuple.list.Length && read.Zip(tuple.list).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(100_000)]
    public void Large_records_between_small_ones_survive_any_chunk_size(int chunk)
    {
        byte[][] records = [[1], new byte[40_000], [2, 3], new byte[3 << 20], [4]];
        records[3].AsSpan().Fill((byte)'\n');
        var bytes = records.SelectMany(record => RecordIOWriter.Frame(record)).ToArray();
        var read = ReadAll(new ChoppyStream(bytes, chunk));
        read.Should().HaveCount(5);
        for (var i = 0; i < records.Length; i++)
            read[i].AsSpan().SequenceEqual(records[i]).Should().BeTrue();
    }

    [Fact]
    public void An_empty_stream_is_a_clean_end() => ReadAll(new MemoryStream()).Should().BeEmpty();

    [Theory]
    [InlineData("\nab", "without a length")]
    [InlineData("2\nab\n", "without a length")]
    [InlineData("-1\nab", "no digit")]
    [InlineData("+1\nab", "no digit")]
    [InlineData(" 1\nab", "no digit")]
    [InlineData("1 \nab", "no digit")]
    [InlineData("2\r\nab", "no digit")]
    [InlineData("0x2\nab", "starts with 0")]
    [InlineData("two\nab", "no digit")]
    [InlineData("0\n", "starts with 0")]
    [InlineData("01\na", "starts with 0")]
    [InlineData("0000000000000000000000", "starts with 0")]
    [InlineData("11\n", "above the 10")]
    [InlineData("99999999999999999999999999999999999999", "above the 10")]
    [InlineData("<html>the wrong server", "no digit")]
    public void Broken_lengths_are_refused(string bytes, string why)
    {
        foreach (var chunk in new[] { 1, 1000 })
        {
            var read = () => ReadAll(new ChoppyStream(Encoding.ASCII.GetBytes(bytes), chunk), maxRecordBytes: 10);
            read.Should().Throw<MesosException>().WithMessage($"*{why}*");
        }
    }

    [Fact]
    public void Broken_lengths_are_refused_before_their_newline_comes()
    {
        var read = () => ReadAll(new NeverEnding("12x"));
        read.Should().Throw<MesosException>().WithMessage("*no digit*");
    }

    [Theory]
    [InlineData("3")]
    [InlineData("3\n")]
    [InlineData("3\nab")]
    [InlineData("1\na3\nab")]
    public void An_end_in_mid_record_is_no_clean_end(string bytes)
    {
        var read = () => ReadAll(new MemoryStream(Encoding.ASCII.GetBytes(bytes)));
        read.Should().Throw<MesosException>().WithMessage("*ended in the middle*");
    }

    [Fact]
    public void A_record_of_the_longest_length_allowed_is_read() =>
        ReadAll(new MemoryStream(RecordIOWriter.Frame(new byte[10])), maxRecordBytes: 10).Should().HaveCount(1);

    [Fact]
    public void Messages_are_framed_as_their_bytes()
    {
        var task = new TaskID { Value = "default.web.1" };
        RecordIOWriter.Frame(task).Should().Equal(RecordIOWriter.Frame(task.ToByteArray()));
        Encoding.ASCII.GetString(RecordIOWriter.Frame("abc"u8)).Should().Be("3\nabc");
    }

    [Fact]
    public void Nothing_cannot_be_framed() =>
        FluentActions.Invoking(() => RecordIOWriter.Frame(new TaskID())).Should().Throw<ArgumentOutOfRangeException>();

    private static List<byte[]> ReadAll(Stream stream, int maxRecordBytes = RecordIOReader.DefaultMaxRecordBytes)
    {
        using var reader = new RecordIOReader(stream, maxRecordBytes);
        var records = new List<byte[]>();
        while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } record)
            records.Add(record.ToArray());
        return records;
    }

    /// <summary>Gives bytes, and then fails the test rather than wait.</summary>
    private sealed class NeverEnding(string bytes) : MemoryStream(Encoding.ASCII.GetBytes(bytes))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new InvalidOperationException("read on");
    }
}
