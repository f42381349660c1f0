using Google.Protobuf;
using Pb = Etcd.Protos;

namespace Etcd.Wire;

/// <summary>Between the seam's records and etcd's messages.</summary>
internal static class Messages
{
    public static Pb.RangeRequest Write(RangeQuery query) => new()
    {
        Key = KeyText.Encode(query.Key),
        RangeEnd = KeyText.Encode(query.RangeEnd),
        Limit = query.Limit,
        Revision = query.Revision,
        KeysOnly = query.KeysOnly,
    };

    public static RangeResult Read(Pb.RangeResponse response) => new()
    {
        Revision = response.Header.Revision,
        KeyValues = ReadAll(response),
        More = response.More,
    };

    public static Pb.TxnRequest Write(Txn txn)
    {
        var request = new Pb.TxnRequest();
        request.Compare.AddRange(txn.If.Select(Write));
        request.Success.AddRange(txn.Then.Select(Write));
        request.Failure.AddRange(txn.Else.Select(Write));
        return request;
    }

    public static TxnResult Read(Pb.TxnResponse response) => new()
    {
        Succeeded = response.Succeeded,
        Revision = response.Header.Revision,
        Responses = [.. response.Responses.Select(Read)],
    };

    public static WatchEvent Read(Pb.Event happened) =>
        new(happened.Type == Pb.Event.Types.EventType.Delete ? WatchEventKind.Delete : WatchEventKind.Put, Read(happened.Kv));

    private static KeyValue Read(Pb.KeyValue kv) => new()
    {
        Key = KeyText.Decode(kv.Key),
        Value = kv.Value.Memory,
        CreateRevision = kv.CreateRevision,
        ModRevision = kv.ModRevision,
        Version = kv.Version,
        LeaseId = kv.Lease,
    };

    private static KeyValue[] ReadAll(Pb.RangeResponse response) => [.. response.Kvs.Select(Read)];

    private static Pb.Compare Write(Compare compare)
    {
        var message = new Pb.Compare
        {
            Key = KeyText.Encode(compare.Key),
            RangeEnd = KeyText.Encode(compare.RangeEnd),
            Result = compare.Result switch
            {
                CompareResult.Equal => Pb.Compare.Types.CompareResult.Equal,
                CompareResult.Greater => Pb.Compare.Types.CompareResult.Greater,
                CompareResult.Less => Pb.Compare.Types.CompareResult.Less,
                CompareResult.NotEqual => Pb.Compare.Types.CompareResult.NotEqual,
                _ => throw new ArgumentOutOfRangeException(nameof(compare), compare.Result, null),
            },
        };
        switch (compare.Target)
        {
            case CompareTarget.Version:
                message.Target = Pb.Compare.Types.CompareTarget.Version;
                message.Version = compare.Number;
                break;
            case CompareTarget.CreateRevision:
                message.Target = Pb.Compare.Types.CompareTarget.Create;
                message.CreateRevision = compare.Number;
                break;
            case CompareTarget.ModRevision:
                message.Target = Pb.Compare.Types.CompareTarget.Mod;
                message.ModRevision = compare.Number;
                break;
            case CompareTarget.Value:
                message.Target = Pb.Compare.Types.CompareTarget.Value;
                message.Value = UnsafeByteOperations.UnsafeWrap(compare.Value);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(compare), compare.Target, null);
        }
        return message;
    }

    private static Pb.RequestOp Write(Op op) => op.Kind switch
    {
        OpKind.Put => new Pb.RequestOp
        {
            // The bytes are only read, and only until the call is sent: no copy is needed.
            RequestPut = new Pb.PutRequest
            {
                Key = KeyText.Encode(op.Key),
                Value = UnsafeByteOperations.UnsafeWrap(op.Value),
                Lease = op.LeaseId,
            },
        },
        OpKind.Delete => new Pb.RequestOp
        {
            RequestDeleteRange = new Pb.DeleteRangeRequest { Key = KeyText.Encode(op.Key), RangeEnd = KeyText.Encode(op.RangeEnd) },
        },
        OpKind.Get => new Pb.RequestOp
        {
            RequestRange = new Pb.RangeRequest { Key = KeyText.Encode(op.Key), RangeEnd = KeyText.Encode(op.RangeEnd) },
        },
        _ => throw new ArgumentOutOfRangeException(nameof(op), op.Kind, null),
    };

    private static OpResult Read(Pb.ResponseOp response) => response.ResponseCase switch
    {
        Pb.ResponseOp.ResponseOneofCase.ResponseRange => new OpResult { KeyValues = ReadAll(response.ResponseRange) },
        Pb.ResponseOp.ResponseOneofCase.ResponseDeleteRange => new OpResult { Deleted = response.ResponseDeleteRange.Deleted },
        _ => new OpResult(),
    };
}
