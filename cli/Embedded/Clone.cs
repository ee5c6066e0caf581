namespace Skale.Cli.Embedded;

/// <summary>What the embedded mode takes from the clone it was built in: tools and the development chain's image.</summary>
internal static class Clone
{
    public static string Tools => Path.Combine(Root, ".tools");

    public static string ChainImage => Path.Combine(Root, "images", "evm");

    public static string Anvil => Path.Combine(Tools, "anvil") is var program && File.Exists(program)
        ? program
        : throw new FileNotFoundException($"{program} is missing: run scripts/setup run (./run does).");

    private static string Root
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Skale.Services.sln")))
                {
                    return folder.FullName;
                }
            }

            throw new DirectoryNotFoundException("'skale up' runs from a clone of Skale.Services: use ./run or ./skale there.");
        }
    }
}
