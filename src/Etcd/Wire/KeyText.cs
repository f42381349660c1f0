using System.Text;
using System.Text.Unicode;
using Google.Protobuf;

namespace Etcd.Wire;

/// <summary>
/// Keys are bytes in etcd and strings here. A byte that is not UTF-8 becomes the lone surrogate U+DC00 + byte and goes back
/// as that byte: whatever somebody puts under our prefix can be listed page by page, seen and deleted.
/// </summary>
internal static class KeyText
{
    private const int EscapeBase = 0xDC00;
    private const char FirstEscape = (char)(EscapeBase + 0x80);
    private const char LastEscape = (char)(EscapeBase + 0xFF);

    public static string Decode(ByteString bytes) => Utf8.IsValid(bytes.Span) ? bytes.ToStringUtf8() : DecodeEscaped(bytes.Span);

    public static ByteString Encode(string? key)
    {
        if (string.IsNullOrEmpty(key))
            return ByteString.Empty;
        return key.AsSpan().ContainsAnyInRange(FirstEscape, LastEscape) ? EncodeEscaped(key) : ByteString.CopyFromUtf8(key);
    }

    private static string DecodeEscaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> chars = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(chars[..rune.EncodeToUtf16(chars)]);
                bytes = bytes[used..];
            }
            else
            {
                text.Append((char)(EscapeBase + bytes[0]));
                bytes = bytes[1..];
            }
        }
        return text.ToString();
    }

    private static ByteString EncodeEscaped(ReadOnlySpan<char> key)
    {
        // Three bytes for a UTF-16 unit is UTF-8's worst case.
        var bytes = new byte[key.Length * 3];
        var length = 0;
        while (!key.IsEmpty)
        {
            if (key[0] is >= FirstEscape and <= LastEscape)
            {
                bytes[length++] = (byte)(key[0] - EscapeBase);
                key = key[1..];
                continue;
            }
            Rune.DecodeFromUtf16(key, out var rune, out var used);
            length += rune.EncodeToUtf8(bytes.AsSpan(length));
            key = key[used..];
        }
        return ByteString.CopyFrom(bytes.AsSpan(0, length));
    }
}
