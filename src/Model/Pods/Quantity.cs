using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Model.Reading;

namespace Model.Pods;

/// <summary>
/// An amount as Kubernetes writes it: `500m`, `2`, `128Mi`, `1.5G`, `1e3`. The text is kept as it was written; the value is exact.
/// </summary>
public readonly record struct Quantity
{
    private Quantity(decimal value, string text) => (Value, Text) = (value, text);

    public decimal Value { get; }

    public string Text => field ?? "0";

    /// <summary>In thousandths, rounded up, as Kubernetes rounds; what is too large for that is as large as can be.</summary>
    public long MilliValue => (long)Math.Clamp(Math.Ceiling(Value * 1000m), long.MinValue, long.MaxValue);

    /// <summary>In whole units, rounded up: bytes for memory.</summary>
    public long WholeValue => (long)Math.Ceiling(Value);

    public override string ToString() => Text;

    public bool Equals(Quantity other) => Value == other.Value;

    public override int GetHashCode() => Value.GetHashCode();

    public static Quantity OfMilli(long milli) =>
        milli % 1000 == 0
            ? new(milli / 1000, (milli / 1000).ToString(CultureInfo.InvariantCulture))
            : new(milli / 1000m, $"{milli.ToString(CultureInfo.InvariantCulture)}m");

    public static Quantity OfBytes(long bytes) => new(bytes, bytes.ToString(CultureInfo.InvariantCulture));

    public static Quantity OfMebi(long mebi) => new(mebi * 1048576m, $"{mebi.ToString(CultureInfo.InvariantCulture)}Mi");

    /// <exception cref="FormatException">With what is wrong and what is allowed.</exception>
    public static Quantity Parse(string text) =>
        TryParse(text, out var quantity, out var why) ? quantity : throw new FormatException(why);

    /// <summary>False where the text is no quantity, or is larger than 2^63 - 1; the reason in words.</summary>
    public static bool TryParse(string text, out Quantity quantity, [NotNullWhen(false)] out string? why)
    {
        quantity = default;
        why = null;
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] is '.' or '+' or '-'))
            digits++;
        var number = text[..digits];
        var suffix = text[digits..];
        if (!IsNumber(number))
        {
            why = "is not a quantity such as 500m, 2 or 128Mi";
            return false;
        }
        if (Factor(suffix) is not { } factor)
        {
            why = IsExponent(suffix)
                ? $"has the exponent {Shown.Cut(suffix[1..])}; it must be from -{LargestExponent} to {LargestExponent}"
                : $"has the unknown suffix '{Shown.Cut(suffix)}'; allowed are m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei or an exponent";
            return false;
        }
        // What decimal cannot hold is beyond the limit anyway; one that is within it times any factor still fits.
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var fits = decimal.TryParse(number, Style, CultureInfo.InvariantCulture, out var value)
            && Math.Abs(value) <= Largest;
        value *= fits ? factor : 0;
        if (!fits || Math.Abs(value) > Largest)
        {
            why = $"is larger than {Largest.ToString(CultureInfo.InvariantCulture)}";
            return false;
        }
        quantity = new Quantity(value, text);
        return true;
    }

    private const long Largest = long.MaxValue;
    private const int LargestExponent = 18;

    /// <summary>Of digits, points and signs: one sign in front at most, one point at most, and one digit at least.</summary>
    private static bool IsNumber(ReadOnlySpan<char> text)
    {
        var unsigned = text.StartsWith("+") || text.StartsWith("-") ? text[1..] : text;
        return unsigned.Count('.') <= 1 && unsigned.IndexOfAnyInRange('0', '9') >= 0 && unsigned.IndexOfAny("+-") < 0;
    }

    /// <summary>An exponent in form, however large.</summary>
    private static bool IsExponent(ReadOnlySpan<char> suffix)
    {
        if (suffix is not ['e' or 'E', .. var signed])
            return false;
        var digits = signed is ['+' or '-', .. var rest] ? rest : signed;
        return digits.Length > 0 && digits.IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static decimal? Factor(string suffix) => suffix switch
    {
        "" => 1m,
        "n" => 0.000000001m,
        "u" => 0.000001m,
        "m" => 0.001m,
        "k" => 1e3m,
        "M" => 1e6m,
        "G" => 1e9m,
        "T" => 1e12m,
        "P" => 1e15m,
        "E" => 1e18m,
        "Ki" => 1024m,
        "Mi" => 1024m * 1024,
        "Gi" => 1024m * 1024 * 1024,
        "Ti" => 1024m * 1024 * 1024 * 1024,
        "Pi" => 1024m * 1024 * 1024 * 1024 * 1024,
        "Ei" => 1024m * 1024 * 1024 * 1024 * 1024 * 1024,
        ['e' or 'E', .. var exponent] when int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)
            && power is >= -LargestExponent and <= LargestExponent => power >= 0 ? Power(10m, power) : 1m / Power(10m, -power),
        _ => null,
    };

    private static decimal Power(decimal number, int times)
    {
        var result = 1m;
        for (var i = 0; i < times; i++)
            result *= number;
        return result;
    }
}
