using Skale.Bench;
using Skale.Bench.L1;
using Skale.Bench.Store;

if (args is [AuditBench.VerifyOnly, var folder])
{
    return AuditBench.Verify(folder);
}

if (args is [SynthNode.Only, var address, var head, var topic])
{
    return await SynthNode.Serve(address, head, topic);
}

int? number = args switch
{
    [_] => 0,
    [_, "--rounds" or "--seconds" or "--events" or "--subnodes", var text] when int.TryParse(text, out var given) && given > 0 => given,
    _ => null,
};
if (number is null || Commands.Find(args[0]) is not { } run)
{
    await Console.Error.WriteLineAsync(Commands.Usage);
    return 2;
}

await run(number.Value);
return 0;
