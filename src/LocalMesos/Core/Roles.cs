using System.Buffers;
using System.Globalization;
using Mesos.V1;

namespace LocalMesos.Core;

/// <summary>
/// Allocation roles: what a MULTI_ROLE framework is offered carries one, and what it launches with is given the offer's
/// where it names none. Frameworks of one role see none, as with Mesos.
/// </summary>
internal static class Roles
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\t\n\v\f\r \b\x7f");

    public static IEnumerable<Resource> Allocate(IEnumerable<Resource> resources, Framework framework, string role)
    {
        foreach (var resource in resources)
        {
            if (!framework.IsMultiRole || resource.AllocationInfo is { HasRole: true })
            {
                yield return resource;
                continue;
            }
            var allocated = resource.Clone();
            allocated.AllocationInfo = new() { Role = role };
            yield return allocated;
        }
    }

    /// <summary>As Mesos writes resources in messages: `cpus(allocated: web):0.5; ports(allocated: web):[1-2]`.</summary>
    public static string Format(IEnumerable<Resource> resources) => string.Join("; ", resources.Select(Format));

    public static string Format(Resource resource)
    {
        var role = resource.AllocationInfo is { HasRole: true } info ? $"(allocated: {info.Role})" : "";
        var value = resource.Type switch
        {
            Value.Types.Type.Scalar => resource.Scalar.Value.ToString("0.###", CultureInfo.InvariantCulture),
            Value.Types.Type.Ranges => $"[{string.Join(", ", resource.Ranges.Range.Select(r => $"{r.Begin}-{r.End}"))}]",
            Value.Types.Type.Set => $"{{{string.Join(", ", resource.Set.Item)}}}",
            Value.Types.Type.Text or _ => "",
        };
        return $"{resource.Name}{role}:{value}";
    }

    /// <summary>What is wrong with a role's name, in Mesos' words; null: nothing.</summary>
    public static string? Fault(string role)
    {
        if (role == "*")
            return null;
        if (role.Length == 0)
            return "Empty role name is invalid";
        if (role[0] == '/')
            return $"Role '{role}' cannot start with a slash";
        if (role[^1] == '/')
            return $"Role '{role}' cannot end with a slash";
        foreach (var part in role.Split('/'))
        {
            if (part.Length == 0)
                return $"Role '{role}' cannot contain two adjacent slashes";
            if (part is "." or "..")
                return $"Role '{role}' cannot include '{part}' as a component";
            if (part == "*")
                return $"Role '{role}' cannot include '*' as a component";
            if (part[0] == '-')
                return $"Role component '{part}' is invalid because it begins with a dash";
            if (part.AsSpan().ContainsAny(Forbidden))
                return $"Role component '{part}' is invalid because it contains backspace or whitespace";
        }
        return null;
    }
}
