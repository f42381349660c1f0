using Model.Reading.Shapes;

namespace Model.Reading.Kinds;

/// <summary>The metadata of every kind.</summary>
public static class MetadataShape
{
    public static ObjectShape Of(TextRule names) => new(
        new("name", new TextShape { Rule = names },
            "The object's name. In etcd the key says it; here it may be left out, else it must agree."),
        new("namespace", new TextShape { Rule = TextRules.DnsLabel },
            "The object's namespace. In etcd the key says it; here it may be left out, else it must agree."),
        new("labels", new MapShape(TextRules.LabelKey, new TextShape { Rule = TextRules.LabelValue }),
            "Words to find and group objects by."),
        new("annotations", new MapShape(TextRules.LabelKey, new TextShape()), "Notes of people and programs; nothing is decided by them."),
        Servers("uid"),
        Servers("resourceVersion"),
        Servers("generation"),
        Servers("creationTimestamp"),
        Servers("deletionTimestamp"),
        Servers("deletionGracePeriodSeconds"),
        Servers("generateName"),
        Servers("managedFields"),
        Servers("ownerReferences"),
        Servers("selfLink"),
        new("finalizers", ToleratedShape.LeftOut("nothing waits for finalizers; an object is deleted when its key is"), "Not acted on."));

    private static Field Servers(string name) => new(name, ToleratedShape.Ignored, "Set by a Kubernetes server; ignored.");
}
