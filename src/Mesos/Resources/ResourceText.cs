using System.Globalization;
using Mesos.V1;

namespace Mesos.Resources;

/// <summary>Resources in the text form of an agent's `--resources` flag: `cpus:8;mem(web):4096;ports:[31000-32000];disks:{a,b}`.</summary>
public static class ResourceText
{
    /// <summary>Reads the flag; `name(role):` is a static reservation. Throws <see cref="FormatException"/> that names the part at fault.</summary>
    public static ResourceBag Parse(string text)
    {
        var resources = new List<Resource>();
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !TryHead(part[..colon].Trim(), out var resource) || !TryValue(part[(colon + 1)..].Trim(), resource))
                throw new FormatException($"`{part}` is no resource; wanted is name:value, as cpus:8 or ports:[31000-32000]");
            resources.Add(resource);
        }
        return ResourceBag.FromProto(resources);
    }

    internal static string Of(Quantity quantity) => quantity switch
    {
        Quantity.Amount amount => (amount.Thousandths / 1000d).ToString("0.###", CultureInfo.InvariantCulture),
        Quantity.Ranges ranges => ranges.Set.ToString(),
        Quantity.Items items => $"{{{string.Join(", ", items.Set)}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(quantity)),
    };

    private static bool TryHead(string head, out Resource resource)
    {
        resource = new Resource();
        var open = head.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            resource.Name = head;
            return true;
        }
        if (open == 0 || !head.EndsWith(')'))
            return false;
        resource.Name = head[..open];
        var role = head[(open + 1)..^1];
        if (role != "*")
            resource.Reservations.Add(new Resource.Types.ReservationInfo { Type = Resource.Types.ReservationInfo.Types.Type.Static, Role = role });
        return role.Length > 0;
    }

    private static bool TryValue(string value, Resource resource)
    {
        if (value is ['[', .. var ranges, ']'])
        {
            resource.Type = Value.Types.Type.Ranges;
            resource.Ranges = new Value.Types.Ranges();
            return ranges.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).All(range => TryRange(range, resource));
        }
        if (value is ['{', .. var items, '}'])
        {
            resource.Type = Value.Types.Type.Set;
            resource.Set = new Value.Types.Set();
            resource.Set.Item.AddRange(items.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            return true;
        }
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return false;
        resource.Type = Value.Types.Type.Scalar;
        resource.Scalar = new Value.Types.Scalar { Value = amount };
        return true;
    }

    private static bool TryRange(string range, Resource resource)
    {
        var ends = range.Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length != 2
            || !ulong.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var begin)
            || !ulong.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            || end < begin)
            return false;
        resource.Ranges.Range.Add(new Value.Types.Range { Begin = begin, End = end });
        return true;
    }
}
