using Model.Reading.Shapes;

namespace Model.Reading.Kinds;

/// <summary>
/// securityContext: none of it is acted on yet, and none of it may be left out in silence, neither what gives rights nor
/// what takes them. What says the default in other words passes.
/// </summary>
public static class SecurityShape
{
    private const string Rights = "containers have Docker's default rights";
    private const string Users = "containers run as their image's user";

    public static ObjectShape OfPod { get; } = new(
    [
        .. Common(),
        Refused("fsGroup", "there are no volumes"),
        Refused("fsGroupChangePolicy", "there are no volumes"),
        Refused("supplementalGroups", Users),
        Refused("supplementalGroupsPolicy", Users),
        Refused("sysctls", "kernel settings are the machine's"),
        Refused("seLinuxChangePolicy", Rights),
    ]);

    public static ObjectShape OfContainer { get; } = new(
    [
        .. Common(),
        Refused("privileged", Rights, "false"),
        new("capabilities", new ObjectShape(Refused("add", Rights), Refused("drop", Rights)), $"Not supported: {Rights}."),
        Refused("allowPrivilegeEscalation", Rights, "true"),
        Refused("procMount", Rights, "Default"),
        Refused("readOnlyRootFilesystem", "containers may write to their own file system", "false"),
    ]);

    private static Field[] Common() =>
    [
        Refused("runAsUser", Users),
        Refused("runAsGroup", Users),
        Refused("runAsNonRoot", Users, "false"),
        Refused("seLinuxOptions", Rights),
        Refused("seccompProfile", Rights),
        Refused("appArmorProfile", Rights),
        Refused("windowsOptions", "machines run Linux"),
    ];

    private static Field Refused(string name, string reason, params string[] same) =>
        new(name, ToleratedShape.Refused(reason, same), $"Not supported: {reason}.");
}
