using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace LocalMesos.Core;

/// <summary>A message in protobuf's text format, which Mesos puts into some of its messages.</summary>
internal static class TextDump
{
    public static string Of(IMessage message)
    {
        var text = new StringBuilder();
        Write(text, message, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, IMessage message, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                foreach (var item in (IEnumerable)value)
                    Write(text, field, item, depth);
            }
            else if (field.Accessor.HasValue(message))
            {
                Write(text, field, value, depth);
            }
        }
    }

    private static void Write(StringBuilder text, FieldDescriptor field, object value, int depth)
    {
        text.Append(' ', depth * 2).Append(field.Name);
        if (value is IMessage message)
        {
            text.Append(" {\n");
            Write(text, message, depth + 1);
            text.Append(' ', depth * 2).Append("}\n");
            return;
        }
        text.Append(": ").Append(value switch
        {
            string s => Quoted(s),
            ByteString bytes => Quoted(bytes.ToStringUtf8()),
            bool flag => flag ? "true" : "false",
            Enum constant => field.EnumType.FindValueByNumber(Convert.ToInt32(constant, CultureInfo.InvariantCulture))?.Name,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        }).Append('\n');
    }

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";
}
