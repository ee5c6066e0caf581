namespace Skale.Cli.Embedded;

/// <summary>What the development network sells itself, so that there is something to see.</summary>
internal static class SampleChains
{
    /// <summary>Name, type and, for the one whose group the contract names, its group.</summary>
    public static IReadOnlyList<(string Name, (int Slices, int GroupSize) Type, int[]? Group)> For(int nodes) => [.. All.Where(c => c.Type.GroupSize <= nodes)];

    private static readonly (string Name, (int Slices, int GroupSize) Type, int[]? Group)[] All =
    [
        ("alpha", (16, 4), null), ("beta", (32, 2), null), ("gamma", (4, 1), null), ("delta", (16, 2), [1, 0]),
    ];

    /// <summary>Buys those whose names are still free, and returns their names.</summary>
    public static async Task<IReadOnlyList<string>> Buy(DevelopmentContract contract, CancellationToken cancellation)
    {
        var bought = new List<string>();
        foreach (var (name, type, group) in For(await contract.CountNodes(cancellation)))
        {
            if (await contract.Buy(name, type, group, cancellation))
            {
                bought.Add(name);
            }
        }

        return bought;
    }
}
