using System.Text.Json.Nodes;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary><c>skale l1</c> as its users run it: the program, on an endpoint, with the recorded files unless others are given.</summary>
internal static class L1Command
{
    public static string Written(string file, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(json);
        var path = Path.Combine(Repository.NewFolder("files"), "file.json");
        File.WriteAllText(path, json.ToJsonString());
        return path;
    }

    public static async Task<(int Code, string Output)> Run(ReplayNode node, params string[] arguments)
    {
        string[] all = ["l1", .. arguments];
        foreach (var (option, value) in new[] { ("--rpc", $"{node.Http}"), ("--contracts", Recording.ContractsFile), ("--abi", Recording.AbiFile) })
        {
            all = arguments.Contains(option) ? all : [.. all, option, value];
        }

        return await SkaleCommand.Run(all);
    }
}
