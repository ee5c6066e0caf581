namespace Skale.EventStore;

/// <summary>What was verified, and what was found.</summary>
/// <param name="After">The position the export begins behind; 0 for a whole log.</param>
/// <param name="Last">The position of the last event.</param>
/// <param name="Events">Lines read.</param>
/// <param name="Checkpoints">How many of the export's checkpoints are well signed and in order.</param>
/// <param name="LastGood">The last one whose tree is that of the events: what vouches for them; null when there is none.</param>
/// <param name="Keys">Null when they are not to be believed.</param>
/// <param name="IsPinned">Whether one of the keys is the one the auditor knows from elsewhere.</param>
/// <param name="Held">How many checkpoints of the auditor's were compared.</param>
/// <param name="Findings">The first ones, by position.</param>
/// <param name="FindingCount">Of all.</param>
public sealed record ExportReport(
    string Folder, long After, long Last, long Events, int Streams, long Checkpoints, Checkpoint? LastGood, KeyHistory? Keys, bool IsPinned, int Held,
    IReadOnlyList<Finding> Findings, long FindingCount)
{
    public bool IsVerified => FindingCount == 0;

    /// <summary>Events behind the last good checkpoint: nobody vouches for them yet.</summary>
    public long Unsealed => Last - (LastGood?.Size ?? After);
}
