using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// What operators have done to chains' data, as their agents report it. It stays true whatever came since: each report is recorded once, also when later ones overtook it, when its order was followed
/// by others, and when nothing is left of the chain there. It does not say how the subnode fares, and makes no report late that does.
/// </summary>
internal static class DataReports
{
    public static void Evolve(Network network, IReport report, ChainName chain)
    {
        network.DataReports.Add((report.Node, report.Report));

        // It has always counted as a change of the chain, and requests in histories name the versions of chains.
        if (network.Chains.TryGetValue(chain, out var known))
        {
            network.Set(known);
        }
    }

    /// <summary>Another machine numbers its reports from 1 again.</summary>
    public static void Forget(Network network, NodeId node) => network.DataReports.RemoveWhere(r => r.Node == node);
}
