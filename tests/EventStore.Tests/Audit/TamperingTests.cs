namespace Skale.EventStore.Tests;

/// <summary>
/// Every way to change history, done by three hands: one that changes lines alone, one that makes the recorded digests fit, and one that also rewrites all
/// that follows. The independent verifier must say the same each time.
/// </summary>
public sealed class TamperingTests(SealedExport export) : IClassFixture<SealedExport>
{
    /// <summary>What is done to a copy, and where it must be found when lines alone were changed.</summary>
    private static readonly Dictionary<string, (Action<Forgery> Do, FindingKind Kind, long Position)> Tamperings = new()
    {
        ["data"] = (f => f[30] = f[30].Replace("\"Note\":\"", "\"Note\":\"!", StringComparison.Ordinal), FindingKind.Changed, 30),
        ["metadata"] = (f => f[31] = Flip(f[31], "\"CausationId\":\""), FindingKind.Changed, 31),
        ["id"] = (f => f[32] = Flip(f[32], "\"Id\":\""), FindingKind.Changed, 32),
        ["type"] = (f => f[33] = f[33].Replace("node_measured", "node_treasured", StringComparison.Ordinal), FindingKind.Changed, 33),
        ["time"] = (f => f[34] = f[34].Replace("{\"At\":\"2026", "{\"At\":\"2025", StringComparison.Ordinal), FindingKind.Changed, 34),
        ["first event"] = (f => f[1] = Flip(f[1], "\"CausationId\":\""), FindingKind.Changed, 1),
        ["removed"] = (f => f.Lines.RemoveAt(29), FindingKind.Removed, 30),
        ["two removed"] = (f => f.Lines.RemoveRange(29, 2), FindingKind.Removed, 30),
        ["swapped neighbours"] = (f => f.Swap(30, 31), FindingKind.Swapped, 30),
        ["swapped"] = (f => f.Swap(30, 39), FindingKind.Swapped, 30),
        ["repeated"] = (f => f.Lines.Insert(30, f[30]), FindingKind.Inserted, 31),
        ["inserted"] = (f => f.Lines.Insert(30, Flip(f[30], "\"Id\":\"").Replace("\"Position\":30", "\"Position\":31", StringComparison.Ordinal)), FindingKind.Changed, 31),
        ["no event"] = (f => f[30] = "{}", FindingKind.Changed, 30),
    };

    public static TheoryData<string> Names => [.. Tamperings.Keys];

    /// <summary>A line that is no event cannot be made to fit.</summary>
    public static TheoryData<string> Events => [.. Tamperings.Keys.Except(["no event"])];

    [Fact]
    public async Task an_untouched_copy_is_verified()
    {
        var report = await Auditor.AgreesOn(export.NewForgery().Folder, export.Key.Verifier, export.Held(41));
        Assert.True(report.IsVerified && report.IsPinned, report.Text());
        Assert.True((await Auditor.AgreesOn(export.Part, export.Key.Verifier, export.Held(41))).IsVerified);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task a_changed_line_is_found_where_it_is(string tampering)
    {
        var (forgery, (_, kind, position)) = (Spoiled(tampering), Tamperings[tampering]);
        forgery.WriteLines();

        var first = (await Auditor.AgreesOn(forgery.Folder)).Findings[0];
        Assert.Equal((kind, position), (first.Kind, first.Position));
    }

    /// <summary>The digest recorded beside the event fits; that which the next event of the stream names, or the signed tree, does not.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task and_when_the_recorded_digests_were_made_to_fit(string tampering)
    {
        var (forgery, (_, _, position)) = (Spoiled(tampering), Tamperings[tampering]);
        forgery.WriteLines();
        forgery.WriteDigests();

        var first = (await Auditor.AgreesOn(forgery.Folder)).Findings[0];
        Assert.InRange(position, first.Position, first.Last);
        Assert.InRange(first.Last - first.Position, 0, 1);
    }

    /// <summary>Nothing but the signed tree tells: between the last checkpoint that agrees and the first that does not.</summary>
    [Theory]
    [MemberData(nameof(Events))]
    public async Task and_when_all_that_follows_was_rewritten(string tampering)
    {
        var (forgery, (_, _, position)) = (Spoiled(tampering), Tamperings[tampering]);
        forgery.Relink().WriteLines();
        forgery.WriteDigests();

        var first = (await Auditor.AgreesOn(forgery.Folder, export.Key.Verifier)).Findings[0];
        Assert.Equal(FindingKind.Root, first.Kind);
        Assert.Equal(position <= 20 ? (1, 20) : (21, 41), (first.Position, first.Last));
    }

    [Fact]
    public async Task a_record_changed_beside_a_good_line_is_told_apart_from_a_changed_line()
    {
        var folder = export.NewForgery().Folder;
        await Spoil(Path.Combine(folder, "000000000001.digests"), 29 * 32);

        var report = await Auditor.AgreesOn(folder);
        Assert.Equal((FindingKind.DigestChanged, 30), (Assert.Single(report.Findings).Kind, report.Findings[0].Position));
        Assert.Equal(60, report.LastGood!.Size);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_tail_cut_behind_a_checkpoint_is_found(bool digestsToo)
    {
        var forgery = export.NewForgery();
        forgery.Lines.RemoveRange(55, 15);
        forgery.WriteLines();
        if (digestsToo)
        {
            forgery.WriteDigests();
        }

        var report = await Auditor.AgreesOn(forgery.Folder);
        Assert.Equal((FindingKind.Truncated, 56, 60), report.Findings.Where(f => f.Kind == FindingKind.Truncated).Select(f => (f.Kind, f.Position, f.Last)).Single());
    }

    [Fact]
    public async Task a_history_signed_again_under_another_key_needs_a_key_known_from_elsewhere()
    {
        var forgery = Spoiled("data").Relink();
        forgery.WriteLines();
        forgery.WriteDigests();
        using var other = SealingKey.Create(SealedLog.Origin);
        forgery.Seal(other, KeyHistory.Begin(other), SealedExport.Sizes);

        Assert.True((await Auditor.AgreesOn(forgery.Folder)).IsVerified); // it vouches for itself
        Assert.Equal(FindingKind.Key, Assert.Single((await Auditor.AgreesOn(forgery.Folder, export.Key.Verifier)).Findings).Kind);
        var held = ExportVerifier.Verify(forgery.Folder, null, [.. NoteReader.Read(export.Held(41))]);
        Assert.Contains(held.Findings, finding => finding.Kind == FindingKind.NotExtended);
    }

    /// <summary>Whoever has the key can rewrite history; whoever holds an old checkpoint finds it.</summary>
    [Theory]
    [InlineData("data")]
    [InlineData("removed")]
    public async Task a_rewritten_tree_under_the_right_key_does_not_extend_an_old_checkpoint(string tampering)
    {
        var forgery = Spoiled(tampering).Relink();
        forgery.WriteLines();
        forgery.WriteDigests();
        forgery.Seal(export.Key, null, [41, 60]);

        Assert.True((await Auditor.AgreesOn(forgery.Folder, export.Key.Verifier)).IsVerified);
        var finding = Assert.Single((await Auditor.AgreesOn(forgery.Folder, export.Key.Verifier, export.Held(41))).Findings);
        Assert.Equal((FindingKind.NotExtended, 1, 41), (finding.Kind, finding.Position, finding.Last));
        Assert.True(ExportVerifier.Verify(forgery.Folder, export.Key.Verifier, [.. NoteReader.Read(export.Held(20))]).IsVerified); // changed behind it
    }

    private Forgery Spoiled(string tampering)
    {
        var forgery = export.NewForgery();
        Tamperings[tampering].Do(forgery);
        return forgery;
    }

    /// <summary>Another digit of an id.</summary>
    private static string Flip(string line, string before)
    {
        var at = line.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return $"{line[..at]}{(line[at] == '0' ? '1' : '0')}{line[(at + 1)..]}";
    }

    private static async Task Spoil(string file, int at)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
    }
}
