using System.Buffers.Binary;
using System.Net;
using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>What the master says of itself to its schedulers.</summary>
internal static class MasterInfos
{
    public static MasterInfo Of(MesosCoreOptions options, string id) => new()
    {
        Id = id,
        // In network order, read as a number of this machine: 127.0.0.1 is 16777343.
        Ip = BinaryPrimitives.ReadUInt32LittleEndian(IPAddress.Parse(options.Ip).MapToIPv4().GetAddressBytes()),
        Port = (uint)options.Port,
        Pid = $"master@{options.Ip}:{options.Port}",
        Hostname = options.Hostname,
        Version = "1.12.0",
        Address = new() { Hostname = options.Hostname, Ip = options.Ip, Port = options.Port },
        Capabilities =
        {
            new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.AgentUpdate },
            new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.AgentDraining },
            new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.QuotaV2 },
        },
    };
}
