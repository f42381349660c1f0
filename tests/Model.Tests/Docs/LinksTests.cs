using System.Text.RegularExpressions;

namespace Model.Tests.Docs;

/// <summary>A reader who follows a link of the documents arrives.</summary>
public sealed partial class LinksTests
{
    private static readonly string[] NotSources = [".git", "bin", "obj", "out"];

    [Fact]
    public void Every_relative_link_leads_to_a_file_or_folder()
    {
        var root = RootOf(AppContext.BaseDirectory);
        var links = Documents(root).SelectMany(Links).ToList();

        links.Should().NotBeEmpty("a test that finds no link proves nothing");
        links.Where(link => !Path.Exists(link.Target))
            .Select(link => $"{Path.GetRelativePath(root, link.Document)}:{link.Line}: {link.Text}")
            .Should().BeEmpty();
    }

    private static string RootOf(string folder) =>
        File.Exists(Path.Combine(folder, "Reconciler.sln"))
            ? folder
            : RootOf(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no folder above holds Reconciler.sln"));

    private static IEnumerable<string> Documents(string folder) =>
        Directory.EnumerateFiles(folder, "*.md").Concat(Directory.EnumerateDirectories(folder)
            .Where(below => !NotSources.Contains(Path.GetFileName(below)))
            .SelectMany(Documents));

    private static IEnumerable<Link> Links(string document)
    {
        var (isCode, number) = (false, 0);
        foreach (var line in File.ReadLines(document))
        {
            number++;
            isCode ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (isCode)
                continue;
            foreach (var match in InlineLink().Matches(CodeSpan().Replace(line, "")).Concat(Reference().Matches(line)))
            {
                var text = match.Groups["target"].Value;
                var path = Uri.UnescapeDataString(text.Split('#')[0]);
                // A place in the document itself, or somewhere out of the repository.
                if (path.Length == 0 || Scheme().IsMatch(path))
                    continue;
                yield return new Link(document, number, text, Path.Combine(Path.GetDirectoryName(document)!, path));
            }
        }
    }

    private sealed record Link(string Document, int Line, string Text, string Target);

    // [text](target) and ![text](target "title"); <target> may hold blanks.
    [GeneratedRegex(@"\]\((?:<(?<target>[^>]+)>|(?<target>[^\s)]+))[^)]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex InlineLink();

    // [name]: target
    [GeneratedRegex(@"^ {0,3}\[[^\]]+\]:\s+<?(?<target>[^\s>]+)>?", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex("`[^`]*`", RegexOptions.CultureInvariant)]
    private static partial Regex CodeSpan();

    [GeneratedRegex("^([a-zA-Z][a-zA-Z0-9+.-]*:|//)", RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();
}
