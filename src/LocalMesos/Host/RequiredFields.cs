using System.Collections;
using Google.Protobuf;

namespace LocalMesos.Host;

/// <summary>Finds what a proto2 message must have and has not, as paths in the order in which Mesos lists them.</summary>
internal static class RequiredFields
{
    public static IReadOnlyList<string> Missing(IMessage message)
    {
        var missing = new List<string>();
        if (!message.IsInitialized())
            Find(message, "", missing);
        return missing;
    }

    private static void Find(IMessage message, string path, List<string> missing)
    {
        var fields = message.Descriptor.Fields.InFieldNumberOrder();
        missing.AddRange(fields.Where(f => f.IsRequired && !f.Accessor.HasValue(message)).Select(f => path + f.Name));
        foreach (var field in fields.Where(f => f.FieldType == Google.Protobuf.Reflection.FieldType.Message && !f.IsMap))
        {
            if (field.IsRepeated)
            {
                var index = 0;
                foreach (var item in (IEnumerable)field.Accessor.GetValue(message))
                    Find((IMessage)item, $"{path}{field.Name}[{index++}].", missing);
            }
            else if (field.Accessor.HasValue(message))
            {
                Find((IMessage)field.Accessor.GetValue(message), $"{path}{field.Name}.", missing);
            }
        }
    }
}
