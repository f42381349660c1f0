using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Model.Assignments;
using Model.Pods;
using Model.Status;

namespace Model;

/// <summary>
/// The JSON of everything the system writes. It is public: names and shapes are stable, nulls and empty lists are left out where
/// a reader loses nothing by it.
/// </summary>
/// <remarks>
/// The generated code sets every init-only property, also one that the JSON does not hold, and so undoes its initializer. Hence
/// the setters that turn null into the default: a value written by an older version must not read as a list that is null.
/// </remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(QuantityJsonConverter), typeof(TimestampJsonConverter)])]
[JsonSerializable(typeof(PodSpec))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(PodStatus))]
[JsonSerializable(typeof(Assignment))]
[JsonSerializable(typeof(NodeAssignment))]
[JsonSerializable(typeof(NodeInfo))]
[JsonSerializable(typeof(TaskData))]
[JsonSerializable(typeof(FrameworkRecord))]
public sealed partial class ModelJsonContext : JsonSerializerContext;

public static class ModelJson
{
    // The default encoder writes <, > and every letter beyond ASCII as escapes; these values are read by people.
    private static readonly ModelJsonContext Context = new(new JsonSerializerOptions(ModelJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Write(PodSpec value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.PodSpec);
    public static byte[] Write(Pod value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.Pod);
    public static byte[] Write(PodStatus value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.PodStatus);
    public static byte[] Write(Assignment value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.Assignment);
    public static byte[] Write(NodeAssignment value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.NodeAssignment);
    public static byte[] Write(NodeInfo value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.NodeInfo);
    public static byte[] Write(TaskData value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.TaskData);
    public static byte[] Write(FrameworkRecord value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.FrameworkRecord);

    /// <summary>Null where the bytes are not such a value: somebody else wrote there.</summary>
    public static Pod? ReadPod(ReadOnlySpan<byte> json) => Read(json, Context.Pod);
    public static PodStatus? ReadPodStatus(ReadOnlySpan<byte> json) => Read(json, Context.PodStatus);
    public static Assignment? ReadAssignment(ReadOnlySpan<byte> json) => Read(json, Context.Assignment);
    public static NodeAssignment? ReadNodeAssignment(ReadOnlySpan<byte> json) => Read(json, Context.NodeAssignment);
    public static NodeInfo? ReadNodeInfo(ReadOnlySpan<byte> json) => Read(json, Context.NodeInfo);
    public static FrameworkRecord? ReadFrameworkRecord(ReadOnlySpan<byte> json) => Read(json, Context.FrameworkRecord);
    public static TaskData? ReadTaskData(ReadOnlySpan<byte> json) => Read(json, Context.TaskData);

    private static T? Read<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return HoldsNullElement(json) ? null : JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The annotations that are checked say nothing of the elements of a list; no list of ours holds null.</summary>
    private static bool HoldsNullElement(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        for (var before = JsonTokenType.None; reader.Read(); before = reader.TokenType)
        {
            if (reader.TokenType == JsonTokenType.Null && before != JsonTokenType.PropertyName)
                return true;
        }
        return false;
    }
}

/// <summary>A quantity is its text.</summary>
public sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Quantity.TryParse(reader.GetString() ?? "", out var quantity, out var why) ? quantity : throw new JsonException(why);

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Text);
}
