using Skale.Bench;
using Skale.Bench.Store;

const string Usage = """
    bench/run start [--rounds N]    from a chain's block to its containers, beside the same work by hand; default 8 rounds of each
    bench/run idle [--seconds N]    resident memory of each service so long after its start; default 60
    bench/run append [--rounds N]   appending to the event store, beside the same server's limits; default 3 rounds of each
    """;

switch (args)
{
    case ["start"]:
        await StartBench.Run(rounds: 8);
        return 0;
    case ["start", "--rounds", var text] when int.TryParse(text, out var rounds) && rounds is >= 2 and <= 100:
        await StartBench.Run(rounds);
        return 0;
    case ["idle"]:
        await IdleBench.Run(TimeSpan.FromSeconds(60));
        return 0;
    case ["idle", "--seconds", var text] when int.TryParse(text, out var seconds) && seconds is >= 1 and <= 3600:
        await IdleBench.Run(TimeSpan.FromSeconds(seconds));
        return 0;
    case ["cpu"]:
        await CpuBench.Run();
        return 0;
    case ["append"]:
        await AppendBench.Run(rounds: 3);
        return 0;
    case ["append", "--rounds", var text] when int.TryParse(text, out var rounds) && rounds is >= 1 and <= 100:
        await AppendBench.Run(rounds);
        return 0;
    default:
        await Console.Error.WriteLineAsync(Usage);
        return 2;
}
