using Skale.Bench;

const string Usage = """
    bench/run start [--rounds N]    from a chain's block to its containers, beside the same work by hand; default 8 rounds of each
    bench/run idle [--seconds N]    resident memory of each service so long after its start; default 60
    bench/run audit [--events N]    export, verification, restore and proofs of a log, per core, and the memory it takes; default 1000000
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
    case ["audit", .. var options]:
        return await AuditBench.Run(options);
    default:
        await Console.Error.WriteLineAsync(Usage);
        return 2;
}
