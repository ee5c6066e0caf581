using System.Security.Cryptography;
using Skale.Contracts;
using Skale.EventStore;
using Skale.SkaleManager;

namespace Skale.Scheduler.Domain;

/// <summary>
/// The network as bytes: what it holds, and none of its indexes, which are made again. What a decision leaves to look at is not held either: the next input begins
/// without it (<see cref="Network.OpenDecision"/>).
/// </summary>
internal sealed class NetworkCodec : ISnapshotCodec<Network>
{
    /// <summary>The very program: another build may fold the same events to another state, or keep it in another shape.</summary>
    public string Format { get; } = Convert.ToHexStringLower(SHA256.HashData(
        [.. ((Type[])[typeof(Network), typeof(PlacementBooks), typeof(FactOrigin), typeof(EventTypes)]).SelectMany(t => t.Assembly.ManifestModule.ModuleVersionId.ToByteArray())]));

    public Network Fork(Network state) => state.Fork();

    public void Write(PackWriter pack, Network n)
    {
        pack.Text(n.Name);
        pack.Number(n.LastFact);
        pack.Maybe(n.LastOrigin, pack.Origin);
        pack.Number(n.Recorded);
        pack.Stored(new SchedulerStarted("", 0, n.Policy, default));
        BooksCodec.Write(pack, n.Contract.State());
        pack.Many(n.Nodes, x => NodeCodec.Write(pack, x.Value));
        pack.Many(n.Chains, x => ChainCodec.Write(pack, x.Value));
        pack.Many(n.EarlyEnrolments, x => pack.Stored(x.Value));
        pack.Many(n.Requests, x =>
        {
            pack.Stored(x.Value.Input);
            pack.Number(x.Value.Position);
            pack.Time(x.Value.RecordedAt);
            pack.Maybe(x.Value.Refusal, pack.Stored);
            pack.Maybe(x.Value.Outcome, o =>
            {
                pack.Flag(o.Succeeded);
                pack.Text(o.Reason);
            });
        });
        pack.Many(n.Effects, x => EffectCodec.Write(pack, x));
        pack.Many(n.DifferencesTold, x =>
        {
            pack.Text(x.Key.Subject);
            pack.Text(x.Key.What);
            pack.Time(x.Value);
        });
        pack.Many(n.DataReports, x =>
        {
            pack.Node(x.Node);
            pack.Number(x.Report);
        });
    }

    public Network Read(PackReader pack)
    {
        var (name, lastFact, lastOrigin, recorded, started) = (pack.Text(), pack.Number(), pack.Maybe(CodecValues.Origin), pack.Number(), (SchedulerStarted)pack.Stored());
        var network = new Network { Name = name, LastFact = lastFact, LastOrigin = lastOrigin, Recorded = recorded, Policy = started.Policy };
        Pipeline.Run(beside =>
        {
            var books = BooksCodec.Read(pack);
            beside.Add(() => network.Contract = ContractBooks.Of(books));
            pack.Each(p =>
            {
                var node = NodeCodec.Read(p);
                beside.Add(() => network.Restore(node));
            });
            pack.Each(p =>
            {
                var chain = ChainCodec.Read(p);
                beside.Add(() => network.Restore(chain));
            });
            ReadRest(pack, network);
        });
        return network;
    }

    /// <summary>All but the contract's books, nodes and chains.</summary>
    private static void ReadRest(PackReader pack, Network network)
    {
        pack.Each(p =>
        {
            if (p.Stored() is NodeEnrolled e)
            {
                network.EarlyEnrolments.Add(e.Node, e);
            }
        });
        pack.Each(p =>
        {
            var request = new RequestRecord((IRequest)p.Stored(), p.Number(), p.Time(), (RequestRefused?)p.Maybe(CodecValues.Stored))
            {
                Outcome = p.Maybe(x => new RequestOutcome(x.Flag(), x.TextOrNull())),
            };
            network.Requests.Add(request.Input.Request, request);
        });
        network.Effects.AddRange(pack.Many(EffectCodec.Read));
        pack.Each(p => network.DifferencesTold.Add((p.Text(), p.Text()), p.Time()));
        pack.Each(p => network.DataReports.Add((p.Node(), p.Number())));
    }
}
