namespace Skale.Hosting;

/// <summary>Where logs are kept: exactly one of the two (section <c>Store</c>).</summary>
public sealed class StoreOptions
{
    /// <summary>Folder of the journals (embedded mode, agents), one folder per log below it.</summary>
    public string? Journal { get; set; }

    /// <summary>Connection string of PostgreSQL (production), one schema per log.</summary>
    public string? Postgres { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Journal) == string.IsNullOrWhiteSpace(Postgres))
        {
            yield return "Store: set exactly one of Store:Journal (a folder) and Store:Postgres (a connection string).";
        }
    }
}
