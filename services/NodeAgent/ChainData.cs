using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>The volumes of one chain on this machine, worked on as one.</summary>
/// <param name="volumes">With the part of the data that each has; null is what the parts leave.</param>
internal sealed class ChainData(IReadOnlyList<(string? Part, DataPlace Place)> volumes)
{
    public bool HasStaged => volumes.Any(v => v.Place.HasStaged);

    /// <summary>Null where one has none.</summary>
    public IReadOnlyList<(string? Part, long? Bytes)> Sizes => [.. volumes.Select(v => (v.Part, v.Place.Bytes))];

    /// <summary>Reads each as a folder, one after the other.</summary>
    public async Task Read(Func<string?, string, Task> work)
    {
        foreach (var (part, place) in volumes)
        {
            await place.In(place.Current, folder => work(part, folder));
        }
    }

    /// <summary>An empty place beside each, whatever was there.</summary>
    public Task Stage() => Each(v => v.Place.Stage(forAll: v.Part is not null));

    /// <summary>Fills what is staged, all at the same time as folders; it is on the disk then.</summary>
    public async Task FillStaged(Func<IReadOnlyList<(string? Part, string Folder)>, Task> work)
    {
        await Within([]);
        await Each(v => v.Place.Sync());

        async Task Within(IReadOnlyList<(string?, string)> folders)
        {
            if (folders.Count == volumes.Count)
            {
                await work(folders);
                return;
            }

            var (part, place) = volumes[folders.Count];
            await place.In(place.Staged, folder => Within([.. folders, (part, folder)]));
        }
    }

    /// <summary>What is staged takes its place in each; those that an interrupted attempt has done stay as they are.</summary>
    public Task Swap() => Each(v => v.Place.Swap());

    public Task DiscardStaged() => Each(v => v.Place.Discard(v.Place.Staged));

    public Task DiscardReplaced() => Each(v => v.Place.Discard(v.Place.Replaced));

    public Task Unmount() => Each(v => v.Place.Unmount());

    private async Task Each(Func<(string? Part, DataPlace Place), Task> work)
    {
        foreach (var volume in volumes)
        {
            await work(volume);
        }
    }
}
