using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mesos.Json;

/// <summary>
/// Messages in the JSON that Mesos speaks: field names as in the .proto files, enum values by name, bytes in base64, 64-bit
/// numbers as numbers. Works by the messages' descriptors, at run time: not what a hot path or a small program wants.
/// </summary>
public static class MesosJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>
    /// Reads one message; unknown fields are ignored, as Mesos does. Throws <see cref="MesosException"/> for anything else.
    /// Whole numbers above 2^53 (nanoseconds since 1970) lose their last digits, unless they are written as strings.
    /// </summary>
    public static T Parse<T>(ReadOnlySpan<byte> json)
        where T : IMessage<T>, new()
    {
        try
        {
            return Parser.Parse<T>(Encoding.UTF8.GetString(json));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new MesosException($"not the JSON of a {typeof(T).Name}: {e.Message}", e);
        }
    }

    /// <summary>One message without line breaks, in UTF-8. Fields that are not set are left out; so are unknown ones.</summary>
    public static byte[] Format(IMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteMessage(writer, message);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMessage(Utf8JsonWriter writer, IMessage message)
    {
        writer.WriteStartObject();
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsMap)
                WriteMap(writer, field, (System.Collections.IDictionary)value);
            else if (field.IsRepeated)
                WriteList(writer, field, (System.Collections.IList)value);
            else if (field.Accessor.HasValue(message))
            {
                writer.WritePropertyName(field.Name);
                WriteValue(writer, field, value);
            }
        }
        writer.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter writer, FieldDescriptor field, System.Collections.IDictionary map)
    {
        if (map.Count == 0)
            return;
        var values = field.MessageType.FindFieldByNumber(2);
        writer.WriteStartObject(field.Name);
        foreach (System.Collections.DictionaryEntry entry in map)
        {
            writer.WritePropertyName(Convert.ToString(entry.Key, System.Globalization.CultureInfo.InvariantCulture)!);
            WriteValue(writer, values, entry.Value!);
        }
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, FieldDescriptor field, System.Collections.IList list)
    {
        if (list.Count == 0)
            return;
        writer.WriteStartArray(field.Name);
        foreach (var item in list)
            WriteValue(writer, field, item!);
        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, FieldDescriptor field, object value)
    {
        switch (value)
        {
            case IMessage message: WriteMessage(writer, message); break;
            case string text: writer.WriteStringValue(text); break;
            case ByteString bytes: writer.WriteBase64StringValue(bytes.Span); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case double number: writer.WriteNumberValue(number); break;
            case float number: writer.WriteNumberValue(number); break;
            case int number: writer.WriteNumberValue(number); break;
            case uint number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case Enum constant: WriteEnum(writer, field, Convert.ToInt32(constant, System.Globalization.CultureInfo.InvariantCulture)); break;
            default: throw new NotSupportedException($"{field.FullName} is a {value.GetType()}");
        }
    }

    /// <summary>A number that has no name here, a newer peer's, stays a number.</summary>
    private static void WriteEnum(Utf8JsonWriter writer, FieldDescriptor field, int number)
    {
        if (field.EnumType.FindValueByNumber(number) is { } known)
            writer.WriteStringValue(known.Name);
        else
            writer.WriteNumberValue(number);
    }
}
