using Model.Definitions;

namespace Model.Tests.Definitions;

/// <summary>What is published in crds-like-specs/ is what the reader does.</summary>
public sealed class DefinitionTests
{
    public static TheoryData<string> KindNames => new(KindTable.All.Select(k => k.Kind));

    [Theory]
    [MemberData(nameof(KindNames))]
    public void The_published_schema_is_that_of_the_model(string kind) => Golden.Matches(
        Repository.Of("crds-like-specs", DefinitionWriter.SchemaFile(KindTable.Find(kind)!)), DefinitionWriter.Schema(KindTable.Find(kind)!));

    [Theory]
    [MemberData(nameof(KindNames))]
    public void The_published_definition_is_that_of_the_model(string kind) => Golden.Matches(
        Repository.Of("crds-like-specs", DefinitionWriter.DefinitionFile(KindTable.Find(kind)!)), DefinitionWriter.Definition(KindTable.Find(kind)!));

    [Theory]
    [InlineData("Pod")]
    [InlineData("pods")]
    [InlineData("po")]
    [InlineData("POD")]
    public void A_kind_is_found_by_each_of_its_names(string word) => KindTable.All.Single(k => k.IsCalled(word)).Should().Be(KindTable.Pod);

    [Theory]
    [InlineData("Pot", "is no known kind, found \"Pot\"; did you mean Pod?")]
    [InlineData("Deploymnt", "is no known kind, found \"Deploymnt\"; did you mean Deployment?")]
    [InlineData("Deployment", "Deployment is not supported; supported are Pod")]
    [InlineData("Xyzzy", "is no known kind, found \"Xyzzy\"; supported are Pod")]
    public void An_unknown_kind_is_answered_with_what_may_be_meant(string kind, string why) => KindTable.WhyUnknown(kind).Should().Be(why);
}
