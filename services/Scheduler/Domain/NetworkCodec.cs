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
        BooksCodec.Write(pack, n.Contract.State());
    }

    public Network Read(PackReader pack)
    {
        var (name, lastFact, lastOrigin, recorded, started) = (pack.Text(), pack.Number(), pack.Maybe(CodecValues.Origin), pack.Number(), (SchedulerStarted)pack.Stored());
        var network = new Network { Name = name, LastFact = lastFact, LastOrigin = lastOrigin, Recorded = recorded, Policy = started.Policy };
        _ = pack.Many(p => network.Restore(NodeCodec.Read(p)));
        _ = pack.Many(p => network.Restore(ChainCodec.Read(p)));
        _ = pack.Many(p => p.Stored() is NodeEnrolled e && network.EarlyEnrolments.TryAdd(e.Node, e));
        _ = pack.Many(p =>
        {
            var request = new RequestRecord((IRequest)p.Stored(), p.Number(), p.Time(), (RequestRefused?)p.Maybe(CodecValues.Stored))
            {
                Outcome = p.Maybe(x => new RequestOutcome(x.Flag(), x.TextOrNull())),
            };
            return network.Requests.TryAdd(request.Input.Request, request);
        });
        network.Effects.AddRange(pack.Many(EffectCodec.Read));
        _ = pack.Many(p => network.DifferencesTold.TryAdd((p.Text(), p.Text()), p.Time()));
        network.DataReports.UnionWith(pack.Many(p => (p.Node(), p.Number())));
        network.Contract = ContractBooks.Of(BooksCodec.Read(pack));
        return network;
    }
}
