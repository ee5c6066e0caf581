namespace Skale.Hosting;

/// <summary>Where logs are kept: exactly one of the two (section <c>Store</c>).</summary>
public sealed class StoreOptions
{
    /// <summary>Folder of the journals (embedded mode, agents), one folder per log below it.</summary>
    public string? Journal { get; set; }

    /// <summary>Connection string of PostgreSQL (production), one schema per log.</summary>
    public string? Postgres { get; set; }

    /// <summary>Events between two snapshots of a log's state, which a start begins from; one more is taken at an orderly stop. 0: none is taken, and none is used.</summary>
    public long SnapshotEvery { get; set; } = 100_000;

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Journal) == string.IsNullOrWhiteSpace(Postgres))
        {
            yield return "Store: set exactly one of Store:Journal (a folder) and Store:Postgres (a connection string).";
        }

        if (SnapshotEvery < 0)
        {
            yield return $"Store:SnapshotEvery is {SnapshotEvery}; it is a number of events, or 0 for no snapshots.";
        }
    }
}
