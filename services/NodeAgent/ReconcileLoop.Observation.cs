using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <content>What the loop looks at, and when.</content>
public sealed partial class ReconcileLoop
{
    /// <summary>
    /// At everything after what was not heard of, and now and then; in between only at chains to which something happened.
    /// </summary>
    private async Task Observe(CancellationToken stopping)
    {
        const int MostByThemselves = 4;
        if (missed || observeAt <= clock.GetUtcNow() || disturbed.Count > MostByThemselves)
        {
            await ObserveAll(stopping);
            return;
        }

        foreach (var chain in disturbed.Where(c => !tracks.TryGetValue(c, out var track) || track.Working is null).ToArray())
        {
            Track(chain).See((await host.Observe(chain, stopping)).GetValueOrDefault(chain, ChainSeen.Nothing));
            disturbed.Remove(chain);
        }
    }

    private async Task ObserveAll(CancellationToken stopping)
    {
        // A chain in its lane knows better than a look from outside.
        missed = false;
        disturbed.RemoveWhere(c => !tracks.TryGetValue(c, out var track) || track.Working is null);
        var busy = tracks.Where(t => t.Value.Working is not null).Select(t => t.Key).ToHashSet();
        var seen = await host.Observe(null, stopping);
        foreach (var (chain, track) in tracks.Where(t => t.Value.IsForgettable).ToArray())
        {
            tracks.Remove(chain);
        }

        foreach (var chain in seen.Keys.Concat(tracks.Keys).Distinct().Where(c => !busy.Contains(c)).ToArray())
        {
            Track(chain).See(seen.GetValueOrDefault(chain, ChainSeen.Nothing));
        }

        observeAt = clock.GetUtcNow() + options.VerifyEvery;
    }
}
