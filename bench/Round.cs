using Skale.Docker;

namespace Skale.Bench;

/// <summary>One round's times since its first request.</summary>
/// <param name="Created">When the engine made the last of the containers.</param>
/// <param name="Started">When the engine started the last of the containers.</param>
/// <param name="Answering">When the last of the chains answered with its chain id; with us, when the scheduler had recorded that the chain is active.</param>
/// <param name="Containers">As inspected.</param>
/// <param name="Ordered">With us: when the scheduler had decided and recorded the last order.</param>
internal sealed record Round(TimeSpan Created, TimeSpan Started, TimeSpan Answering, IReadOnlyList<ContainerDetails> Containers, TimeSpan Ordered = default)
{
    public static async Task<Round> Measure(DockerEngine engine, IReadOnlyDictionary<string, string> labels, DateTimeOffset began, DateTimeOffset answering, int count)
    {
        var containers = new List<ContainerDetails>();
        foreach (var listed in await engine.Containers.List(labels))
        {
            containers.Add(await engine.Containers.Find(listed.Id) ?? throw new InvalidOperationException($"Container {listed.Name} is gone."));
        }

        return containers.Count == count
            ? new Round(containers.Max(c => c.Created) - began, containers.Max(c => c.State.StartedAt) - began, answering - began, containers)
            : throw new InvalidOperationException($"{containers.Count} containers instead of {count}.");
    }

    /// <summary>Throws unless the containers of both rounds are the same but for chain and labels.</summary>
    public static void AreTheSame(Round one, Round other)
    {
        foreach (var (a, b) in Ordered(one).Zip(Ordered(other)))
        {
            var differences = a.Limits.DifferencesFrom(b.Limits).Select(d => $"{d}").ToList();
            Compare("image", a.ImageId, b.ImageId);
            Compare("ports", string.Join(',', a.Ports), string.Join(',', b.Ports));
            Compare("restart", $"{a.Restart}", $"{b.Restart}");
            Compare("mounts", string.Join(',', a.Mounts.Select(m => (m.Type, m.Path, m.Writable))), string.Join(',', b.Mounts.Select(m => (m.Type, m.Path, m.Writable))));
            Compare("isolation", Json(a.Isolation), Json(b.Isolation));
            if (differences.Count > 0)
            {
                throw new InvalidOperationException($"By hand and ours are not the same work: {string.Join("; ", differences)}.");
            }

            void Compare(string what, string x, string y)
            {
                if (x != y)
                {
                    differences.Add($"{what}: {x} and {y}");
                }
            }
        }

        static IEnumerable<ContainerDetails> Ordered(Round round) => round.Containers.OrderBy(c => c.Labels["skale.node"], StringComparer.Ordinal);

        // Each has a network of its own.
        static string Json(Isolation isolation) => System.Text.Json.JsonSerializer.Serialize(isolation with { NetworkMode = "" });
    }
}
