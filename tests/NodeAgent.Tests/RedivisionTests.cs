using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

/// <summary>Where the contents of a backup go, and what cannot fit, whatever the division was and is.</summary>
public sealed class RedivisionTests
{
    public static TheoryData<string, string, string?, string, string?, string> Places => new()
    {
        // parts then, parts now, part and path in the backup, part and path now
        { "", "", null, "db/x", null, "db/x" },
        { "db", "db", "db", "x/y", "db", "x/y" },
        { "db", "db", "db", "", "db", "" },
        // What a part hides from the main container stays hidden.
        { "db", "db", null, "db/x", null, "db/x" },
        { "db", "", "db", "", null, "db" },
        { "db", "", "db", "x/y", null, "db/x/y" },
        { "", "db", null, "db", "db", "" },
        { "", "db", null, "db/x/y", "db", "x/y" },
        { "", "db", null, "dbx/y", null, "dbx/y" },
        { "", "db", null, "", null, "" },
        { "db files", "files logs", "db", "x", null, "db/x" },
        { "db files", "files logs", "files", "x", "files", "x" },
        { "db files", "files logs", null, "logs/x", "logs", "x" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void everything_goes_where_the_chain_finds_it_at_the_same_path(string then, string now, string? part, string path, string? partNow, string pathNow) =>
        Assert.Equal((partNow, pathNow), new Redivision(Parts(then), Parts(now)).Of(part, path));

    [Fact]
    public void what_cannot_fit_is_refused_with_the_figures()
    {
        BackupContent[] divided = [Content(null, 100), Content("db", 50)];
        Assert.Null(Fault(divided, (null, 100), ("db", 50)));
        Assert.Null(Fault(divided, (null, null), ("db", null)));
        Assert.Equal("its part 'db' has 50 bytes, and the volume of that part 49", Fault(divided, (null, 1000), ("db", 49)));
        Assert.Equal("what is in no part has 100 bytes, and the volume for that 99", Fault(divided, (null, 99), ("db", 1000)));
    }

    [Fact]
    public void parts_that_are_none_any_more_need_their_room_in_what_is_left()
    {
        BackupContent[] divided = [Content(null, 100), Content("db", 50), Content("files", 7)];
        Assert.Null(Fault(divided, (null, 157)));
        Assert.Equal("what is in no part and part 'db' and part 'files' have 157 bytes, and the volume for that 156", Fault(divided, (null, 156)));
        Assert.Equal("what is in no part and part 'db' have 150 bytes, and the volume for that 149", Fault(divided, (null, 149), ("files", 7)));
    }

    [Fact]
    public void what_is_cut_anew_must_fit_together()
    {
        BackupContent[] whole = [Content(null, 100)];
        Assert.Null(Fault(whole, (null, 60), ("db", 40)));
        Assert.Null(Fault(whole, (null, 1), ("db", null)));
        Assert.Equal("what is in no part has 100 bytes, and the volumes for that 99", Fault(whole, (null, 60), ("db", 39)));
    }

    [Fact]
    public void the_figures_name_both_sides() => Assert.Equal(
        "it holds 100 bytes in 1 files and folders of what is in no part, 50 bytes in 1 files and folders of part 'db', and the volumes have 60 bytes for what is in no part, what the disk leaves for part 'db'",
        Redivision.Figures([Content(null, 100), Content("db", 50)], [(null, 60), ("db", null)]));

    private static string? Fault(BackupContent[] contents, params (string?, long?)[] sizes) =>
        new Redivision(contents.Select(c => c.Part), sizes.Select(s => s.Item1)).Fault(contents, sizes);

    private static BackupContent Content(string? part, long bytes) => new(part, 1, bytes, "ab");

    private static string?[] Parts(string named) => [null, .. named.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
