using System.Text.RegularExpressions;

namespace Model.Reading.Shapes;

/// <summary>The rules of names and texts, which are Kubernetes' where it has them, and Docker's for images.</summary>
public static partial class TextRules
{
    private const string Label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string LabelText = "[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?";
    private const string LabelKeyText =
        @"([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
        + @"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
    private const string EnvNameText = "[-._a-zA-Z][-._a-zA-Z0-9]*";
    private const string PortNameText = "([a-z0-9]+-)*[a-z0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*";
    private const string AbsolutePathText = @"/[^\u0000-\u001f]*";

    // Docker's grammar of references: [host[:port]/]path[:tag][@digest]. A host is what holds a dot or a port, or is localhost;
    // anything else in front of a slash is part of the path, which is lower case.
    private const string ImageText =
        @"(([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)+(:[0-9]+)?"
        + @"|[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?:[0-9]+|\[[a-fA-F0-9:]+\](:[0-9]+)?|localhost)/)?"
        + @"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*"
        + @"(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?";

    public static readonly TextRule DnsLabel = new(
        Label, DnsLabelRegex(), 63, "must be a DNS label (lower-case letters, digits and '-', first and last no '-')");

    public static readonly TextRule LabelKey = new(
        LabelKeyText, LabelKeyRegex(), 317, "must be [DNS name/]name, the name of letters, digits, '-', '_' and '.', 63 at most");

    public static readonly TextRule LabelValue = new(
        $"({LabelText})?", LabelValueRegex(), 63, "must be letters, digits, '-', '_' and '.', beginning and ending with a letter or digit");

    public static readonly TextRule EnvName = new(
        EnvNameText, EnvNameRegex(), 253, "must be letters, digits, '_', '-' and '.', not beginning with a digit");

    public static readonly TextRule PortName = new(
        PortNameText, PortNameRegex(), 15, "must be lower-case letters, digits and single '-', with at least one letter");

    public static readonly TextRule AbsolutePath = new(
        AbsolutePathText, AbsolutePathRegex(), 4096, "must be an absolute path");

    public static readonly TextRule Image = new(
        ImageText, ImageRegex(), 512,
        "must be an image reference such as busybox, library/busybox:1.36 or host:5000/name@sha256:…, in lower case");

    [GeneratedRegex($@"^(?:{Label})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DnsLabelRegex();

    [GeneratedRegex($@"^(?:{LabelKeyText})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelKeyRegex();

    [GeneratedRegex($@"^(?:({LabelText})?)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelValueRegex();

    [GeneratedRegex($@"^(?:{EnvNameText})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex EnvNameRegex();

    [GeneratedRegex($@"^(?:{PortNameText})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex PortNameRegex();

    [GeneratedRegex($@"^(?:{AbsolutePathText})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex AbsolutePathRegex();

    [GeneratedRegex($@"^(?:{ImageText})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ImageRegex();
}
