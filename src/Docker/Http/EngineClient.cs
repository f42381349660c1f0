using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Docker.Wire;

namespace Docker.Http;

/// <summary>HTTP to the Engine: connections, the version prefix, deadlines, refusals. Knows no container and no image.</summary>
internal sealed class EngineClient : IDisposable
{
    private const int RefusalBytes = 64 * 1024;
    private readonly DockerEngineOptions _options;
    private readonly HttpClient _http;
    private volatile string? _prefix;

    public EngineClient(DockerEngineOptions options)
    {
        _options = options;
        var address = EngineAddress.Parse(options.Address);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) => await address.ConnectAsync(cancellation).ConfigureAwait(false),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            // A stream that is left half-read is closed, not read to its end.
            MaxResponseDrainSize = 16 * 1024,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://docker"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>A call whose answer's body says nothing of interest. 304 (nothing to change) is success.</summary>
    public Task CallAsync(string call, HttpMethod method, string path, TimeSpan timeout, CancellationToken cancellation) =>
        WithDeadlineAsync(call, timeout, async deadline =>
        {
            using var answer = await SendAsync(deadline, method, path, null).ConfigureAwait(false);
            return true;
        }, cancellation);

    /// <summary>A call that is answered with JSON.</summary>
    public Task<T> CallAsync<T>(
        string call, HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, TimeSpan timeout, CancellationToken cancellation)
        where T : class =>
        WithDeadlineAsync(call, timeout, async deadline =>
        {
            using var answer = await SendAsync(deadline, method, path, body).ConfigureAwait(false);
            return await ReadAsync(answer, type, deadline).ConfigureAwait(false);
        }, cancellation);

    /// <summary>A GET that is answered with a JSON array, of which no more than one element is held at a time.</summary>
    public Task<List<TItem>> ListAsync<TWire, TItem>(
        string call, string path, JsonTypeInfo<TWire> type, Func<TWire, TItem> read, CancellationToken cancellation)
        where TWire : class =>
        WithDeadlineAsync(call, _options.CallTimeout, async deadline =>
        {
            using var answer = await SendAsync(deadline, HttpMethod.Get, path, null).ConfigureAwait(false);
            var body = await answer.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            var items = new List<TItem>();
            await foreach (var item in JsonSerializer.DeserializeAsyncEnumerable(body, type, deadline.Token).ConfigureAwait(false))
                items.Add(read(item ?? throw deadline.Garbled("Docker's list holds a null")));
            return items;
        }, cancellation);

    /// <summary>
    /// A call that is answered with a stream: the call's timeout holds up to its first byte, the idle timeout from then on.
    /// The content is made with the deadline, so that it can prolong it.
    /// </summary>
    public async Task<AnswerStream> OpenAsync(
        string call, HttpMethod method, string path, Func<Deadline, HttpContent>? content,
        TimeSpan timeout, TimeSpan idleTimeout, CancellationToken cancellation)
    {
        var deadline = new Deadline(call, timeout, _options.TimeProvider, cancellation);
        HttpResponseMessage? answer = null;
        try
        {
            answer = await SendAsync(deadline, method, path, content?.Invoke(deadline)).ConfigureAwait(false);
            var body = await answer.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            return new AnswerStream(answer, body, deadline, idleTimeout);
        }
        catch (Exception e)
        {
            answer?.Dispose();
            var translated = Deadline.Translates(e) ? deadline.Translate(e) : null;
            deadline.Dispose();
            if (translated is not null)
                throw translated;
            throw;
        }
    }

    private async Task<T> WithDeadlineAsync<T>(
        string call, TimeSpan timeout, Func<Deadline, Task<T>> work, CancellationToken cancellation)
    {
        using var deadline = new Deadline(call, timeout, _options.TimeProvider, cancellation);
        try
        {
            return await work(deadline).ConfigureAwait(false);
        }
        catch (Exception e) when (Deadline.Translates(e))
        {
            throw deadline.Translate(e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Deadline deadline, HttpMethod method, string path, HttpContent? body)
    {
        var prefix = _prefix ??= await NegotiateAsync(deadline).ConfigureAwait(false);
        return await SendPlainAsync(deadline, method, prefix + path, body).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendPlainAsync(Deadline deadline, HttpMethod method, string path, HttpContent? body)
    {
        using var request = new HttpRequestMessage(method, path);
        // HttpClient silently repeats a request without a body when the connection breaks before the answer. A signal
        // must not be sent twice, so every POST has a body, if an empty one.
        request.Content = body ?? (method == HttpMethod.Post ? new ByteArrayContent([]) : null);
        // An upload that Docker refuses at once would otherwise break off in writing, and its reason be lost.
        request.Headers.ExpectContinue = body is UploadContent ? true : null;
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified)
            return answer;
        using (answer)
            throw await RefusalAsync(answer, deadline).ConfigureAwait(false);
    }

    private async Task<string> NegotiateAsync(Deadline deadline)
    {
        ApiVersion? server;
        using (var ping = await SendPlainAsync(deadline, HttpMethod.Get, "/_ping", null).ConfigureAwait(false))
            server = ping.Headers.TryGetValues("Api-Version", out var values) ? ApiVersion.Parse(values.FirstOrDefault()) : null;
        if (server is { } version && version <= ApiVersion.Ours)
            return "/v" + ApiVersion.Choose(version, null);

        // An Engine without the header, or a newer one, which may have given up on our version.
        using var answer = await SendPlainAsync(deadline, HttpMethod.Get, "/version", null).ConfigureAwait(false);
        var said = await ReadAsync(answer, WireJson.Shared.VersionAnswer, deadline).ConfigureAwait(false);
        server = ApiVersion.Parse(said.ApiVersion) ?? throw deadline.Garbled("Docker does not say which API it speaks");
        return "/v" + ApiVersion.Choose(server.Value, ApiVersion.Parse(said.MinApiVersion));
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, Deadline deadline)
        where T : class
    {
        var body = await answer.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(body, type, deadline.Token).ConfigureAwait(false)
            ?? throw deadline.Garbled("Docker's answer is empty");
    }

    /// <summary>Docker's own words where there are any, else what whoever answered said, cut short.</summary>
    private async Task<DockerException> RefusalAsync(HttpResponseMessage answer, Deadline deadline)
    {
        var status = (int)answer.StatusCode;
        var body = await answer.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
        var bytes = new byte[RefusalBytes];
        var length = await body.ReadAtLeastAsync(bytes, RefusalBytes, throwOnEndOfStream: false, deadline.Token).ConfigureAwait(false);
        var message = MessageOf(bytes.AsSpan(0, length));
        // The Engine was replaced by one that does not take the version we had agreed on.
        if (status == (int)HttpStatusCode.BadRequest && message.Contains("client version", StringComparison.Ordinal))
            _prefix = null;
        return deadline.Refusal(message.Length > 0 ? message : $"Docker answered {status} {answer.ReasonPhrase}", status);
    }

    private static string MessageOf(ReadOnlySpan<byte> body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, WireJson.Shared.RefusalAnswer)?.Message is { Length: > 0 } message)
                return message.Trim();
        }
        catch (JsonException)
        {
            // Not Docker's shape: a proxy in between, or a very old Engine. Its text is the message.
        }
        var text = Encoding.UTF8.GetString(body).Trim();
        return text.Length <= 300 ? text : text[..300] + "…";
    }

    public void Dispose() => _http.Dispose();
}
