using System.Globalization;
using Model.Pods;

namespace Model.Tests.Pods;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("500m", 500, 1)]
    [InlineData("0.5", 500, 1)]
    [InlineData(".5", 500, 1)]
    [InlineData("1.", 1000, 1)]
    [InlineData("+2", 2000, 2)]
    [InlineData("-1", -1000, -1)]
    [InlineData("1n", 1, 1)]
    [InlineData("1000000n", 1, 1)]
    [InlineData("1u", 1, 1)]
    [InlineData("1k", 1_000_000, 1000)]
    [InlineData("1Ki", 1_024_000, 1024)]
    [InlineData("1.5Gi", 1_610_612_736_000, 1_610_612_736)]
    [InlineData("1e3", 1_000_000, 1000)]
    [InlineData("1E3", 1_000_000, 1000)]
    [InlineData("1e-3", 1, 1)]
    [InlineData("12e+2", 1_200_000, 1200)]
    [InlineData("0.0001", 1, 1)]
    public void It_is_what_Kubernetes_takes_it_for(string text, long milli, long whole)
    {
        var quantity = Quantity.Parse(text);

        quantity.MilliValue.Should().Be(milli);
        quantity.WholeValue.Should().Be(whole);
        quantity.Text.Should().Be(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("1-2")]
    [InlineData("--1")]
    [InlineData("1.2.3")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("12Gb")]
    [InlineData("1mi")]
    [InlineData("1K")]
    [InlineData("1e")]
    [InlineData("1e1.5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("1,000")]
    [InlineData("９")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775808")]
    [InlineData("8Ei")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("1e999")]
    public void What_is_no_quantity_is_refused_with_a_reason(string text)
    {
        Quantity.TryParse(text, out _, out var why).Should().BeFalse();
        why.Should().NotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("1e999", "has the exponent 999; it must be from -18 to 18")]
    [InlineData("1E-19", "has the exponent -19; it must be from -18 to 18")]
    [InlineData("1e+99999999999999999999", "has the exponent +99999999999999999999; it must be from -18 to 18")]
    public void An_exponent_that_is_too_large_is_called_so(string text, string expected)
    {
        Quantity.TryParse(text, out _, out var why).Should().BeFalse();
        why.Should().Be(expected);
    }

    [Theory]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e1.5")]
    [InlineData("1\u001b[2J")]
    public void What_only_looks_like_an_exponent_is_an_unknown_suffix_and_harmless_to_print(string text)
    {
        Quantity.TryParse(text, out _, out var why).Should().BeFalse();
        why.Should().StartWith("has the unknown suffix '").And.NotContain("\u001b");
    }

    [Fact]
    public void The_largest_can_be_asked_for_in_any_unit()
    {
        var largest = Quantity.Parse("9223372036854775807");

        largest.WholeValue.Should().Be(long.MaxValue);
        largest.MilliValue.Should().Be(long.MaxValue);
    }

    [Fact]
    public void Its_value_is_exact_in_decimal_arithmetic()
    {
        var random = new Random(1);
        (string Suffix, decimal Factor)[] suffixes =
            [("", 1), ("m", 0.001m), ("k", 1000), ("M", 1e6m), ("G", 1e9m), ("Ki", 1024), ("Mi", 1048576), ("Gi", 1073741824)];
        for (var i = 0; i < 5_000; i++)
        {
            var number = new decimal(random.Next(), 0, 0, random.Next(2) == 0, (byte)random.Next(10));
            var (suffix, factor) = suffixes[random.Next(suffixes.Length)];
            var text = number.ToString(CultureInfo.InvariantCulture) + suffix;

            Quantity.Parse(text).Value.Should().Be(number * factor, text);
        }
    }

    [Fact]
    public void Equal_amounts_are_equal_however_they_are_written()
    {
        Quantity.Parse("1000m").Should().Be(Quantity.Parse("1"));
        Quantity.Parse("1Gi").GetHashCode().Should().Be(Quantity.Parse("1024Mi").GetHashCode());
        Quantity.OfMilli(1500).Text.Should().Be("1500m");
        Quantity.OfMilli(2000).Text.Should().Be("2");
        Quantity.OfBytes(1024).Should().Be(Quantity.Parse("1Ki"));
        Quantity.OfMebi(3).Should().Be(Quantity.Parse("3Mi"));
    }
}
