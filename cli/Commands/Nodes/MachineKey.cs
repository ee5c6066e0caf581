using Skale.EventStore;
using Skale.Scheduler.Api;

namespace Skale.Cli.Commands.Nodes;

/// <summary>A machine's own key, beside its agent's configuration: one for each token, so that a join whose answer was lost can be repeated, and a new token gives a new key.</summary>
/// <param name="Verifier">Its public half.</param>
internal sealed record MachineKey(string File, string Verifier)
{
    private const int TokenDigits = 8;

    /// <summary>Makes it unless it is there.</summary>
    /// <exception cref="SealException">The file that is there is no key, or others may read it.</exception>
    public static MachineKey For(string configuration, long node, string token)
    {
        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configuration))!, $"node-{node}-{JoinApi.HashOf(token)[..TokenDigits]}.key");
        if (!System.IO.File.Exists(file))
        {
            using var made = SealingKey.Create($"node-{node}");
            made.Save(file);
        }

        using var key = SealingKey.Load(file);
        return new(file, $"{key.Verifier}");
    }
}
