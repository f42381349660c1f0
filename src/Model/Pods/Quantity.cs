using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Model.Pods;

/// <summary>
/// An amount as Kubernetes writes it: `500m`, `2`, `128Mi`, `1.5G`, `1e3`. The text is kept as it was written; the value is exact.
/// </summary>
public readonly record struct Quantity
{
    private Quantity(decimal value, string text) => (Value, Text) = (value, text);

    public decimal Value { get; }

    public string Text => field ?? "0";

    /// <summary>In thousandths, rounded up, as Kubernetes rounds.</summary>
    public long MilliValue => (long)Math.Ceiling(Value * 1000m);

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
        if (!decimal.TryParse(number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            why = "is not a quantity such as 500m, 2 or 128Mi";
            return false;
        }
        if (Factor(suffix) is not { } factor)
        {
            why = $"has the unknown suffix '{suffix}'; allowed are m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei or an exponent";
            return false;
        }
        try
        {
            value *= factor;
        }
        catch (OverflowException)
        {
            value = decimal.MaxValue;
        }
        if (Math.Abs(value) > long.MaxValue)
        {
            why = $"is larger than {long.MaxValue.ToString(CultureInfo.InvariantCulture)}";
            return false;
        }
        quantity = new Quantity(value, text);
        return true;
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
            && Math.Abs(power) <= 18 => power >= 0 ? Power(10m, power) : 1m / Power(10m, -power),
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
