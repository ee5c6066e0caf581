using Skale.Servers;

namespace Skale.Contracts.Tests;

public sealed class AsyncApiTests
{
    private static readonly string File = Repository.Path("docs", "bus.asyncapi.yaml");

    [Fact]
    public void the_document_says_what_the_contracts_say()
    {
        var rendered = AsyncApiDocument.Render();
        if (Environment.GetEnvironmentVariable("SKALE_UPDATE") == "1")
        {
            System.IO.File.WriteAllText(File, rendered);
        }

        Assert.Equal(System.IO.File.ReadAllText(File), rendered);
    }

    [Fact]
    public async Task the_asyncapi_parser_finds_no_fault()
    {
        const string Script = """
            const { Parser, fromFile } = require(process.argv[1] + '/@asyncapi/parser');
            fromFile(new Parser(), process.argv[2]).parse().then(({ document, diagnostics }) => {
              const faults = diagnostics.filter(d => d.severity <= 1);
              console.log(JSON.stringify(faults, null, 1));
              process.exit(document && faults.length === 0 ? 0 : 1);
            });
            """;
        await ServerProcess.Run("node", ["-e", Script, Repository.Path(".tools", "node_modules"), File], TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void every_message_and_part_is_described()
    {
        var silent = ContractTypes.Messages.Concat(ContractTypes.PartTypes).Where(t => string.IsNullOrEmpty(Summaries.Of(t))).Select(t => t.Name);

        Assert.Empty(silent);
    }
}
