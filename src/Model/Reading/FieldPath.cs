namespace Model.Reading;

/// <summary>Paths as people write them: `spec.containers[0].name`, and `metadata.labels["a/b"]` where a key is no plain word.</summary>
public static class FieldPath
{
    public static string Of(string parent, string key)
    {
        var plain = key.Length is > 0 and <= Shown.MaxLength && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
        if (!plain)
            return $"{parent}[{Shown.Quoted(key)}]";
        return parent.Length == 0 ? key : $"{parent}.{key}";
    }

    public static string Of(string parent, int index) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{parent}[{index}]");
}
