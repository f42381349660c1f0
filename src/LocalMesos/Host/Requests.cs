using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using LocalMesos.Core;
using Mesos;
using Mesos.Json;

namespace LocalMesos.Host;

/// <summary>Reads calls and writes answers, with Mesos' refusals of what is no call at all.</summary>
internal static class Requests
{
    /// <summary>The call, or the refusal of what came instead.</summary>
    public static async Task<(T? Call, CallAnswer? Refusal)> ReadAsync<T>(HttpRequest request)
        where T : class, IMessage<T>, new()
    {
        if (!HttpMethods.IsPost(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = "POST";
            return (null, new(405, $"405 Method Not Allowed. Expecting one of {{ 'POST' }}, but received '{request.Method}'."));
        }
        if (request.ContentType is not { } type)
            return (null, CallAnswer.Bad("Expecting 'Content-Type' to be present"));
        var media = type.Split(';')[0].Trim();
        if (media is not MediaTypes.Json and not MediaTypes.Protobuf)
            return (null, new(415, $"Expecting 'Content-Type' of {MediaTypes.Json} or {MediaTypes.Protobuf}"));
        if (MediaTypes.AcceptsJson(request.Headers.Accept) is null)
            return (null, new(406, $"Expecting 'Accept' to allow '{MediaTypes.Protobuf}' or '{MediaTypes.Json}'"));
        var body = await ReadAllAsync(request.BodyReader, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return media == MediaTypes.Json ? FromJson<T>(body) : FromProtobuf<T>(body);
    }

    public static Task WriteAsync(HttpResponse response, CallAnswer answer)
    {
        response.StatusCode = answer.StatusCode;
        if (answer.Text.Length == 0)
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }
        response.ContentType = "text/plain; charset=utf-8";
        var bytes = System.Text.Encoding.UTF8.GetBytes(answer.Text);
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, 0, bytes.Length);
    }

    private static async Task<byte[]> ReadAllAsync(PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            return bytes;
        }
    }

    private static (T?, CallAnswer?) FromProtobuf<T>(byte[] body)
        where T : class, IMessage<T>, new()
    {
        try
        {
            var call = new T();
            call.MergeFrom(body);
            if (call.IsInitialized())
                return (call, null);
        }
        catch (InvalidProtocolBufferException)
        {
            // Answered like a message that lacks what is required.
        }
        return (null, CallAnswer.Bad("Failed to parse body into Call protobuf"));
    }

    private static (T?, CallAnswer?) FromJson<T>(byte[] body)
        where T : class, IMessage<T>, new()
    {
        var text = System.Text.Encoding.UTF8.GetString(body).TrimStart();
        if (text.StartsWith('['))
            return (null, CallAnswer.Bad("Failed to convert JSON into Call protobuf: Expecting a JSON object"));
        if (!IsJson(body))
            return (null, CallAnswer.Bad("Failed to parse body into JSON: syntax error at line 1 near: "));
        try
        {
            var call = MesosJson.Parse<T>(HasUnknownType<T>(body) ? WithoutType(body) : body);
            var missing = RequiredFields.Missing(call);
            return missing.Count == 0
                ? (call, null)
                : (null, CallAnswer.Bad($"Failed to convert JSON into Call protobuf: Missing required fields: {string.Join(", ", missing)}"));
        }
        catch (MesosException e)
        {
            return (null, CallAnswer.Bad($"Failed to convert JSON into Call protobuf: {e.Message}"));
        }
    }

    /// <summary>To Mesos, a type that it does not know is as good as none.</summary>
    private static bool HasUnknownType<T>(byte[] body)
        where T : class, IMessage<T>, new()
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            && new T().Descriptor.FindFieldByName("type").EnumType.FindValueByName(type.GetString()!) is null;
    }

    private static byte[] WithoutType(byte[] body)
    {
        var node = JsonNode.Parse(body)!;
        node.AsObject().Remove("type");
        return System.Text.Encoding.UTF8.GetBytes(node.ToJsonString());
    }

    private static bool IsJson(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
