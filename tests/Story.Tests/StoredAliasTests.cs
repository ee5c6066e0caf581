using System.Text.RegularExpressions;
using Skale.EventStore;

namespace Skale.Story.Tests;

/// <summary>Every name that any service stores is the one a Marten client derives from the class, by Marten's rule as measured and not by our code for it.</summary>
public sealed partial class StoredAliasTests
{
    public static TheoryData<string> Services => ["scheduler", "chainwatcher", "nodeagent"];

    [Theory]
    [MemberData(nameof(Services))]
    public void stored_names_are_martens(string service)
    {
        var types = service switch
        {
            "scheduler" => Scheduler.Domain.StoredEvents.Types,
            "chainwatcher" => ChainWatcher.Domain.StoredEvents.Types,
            _ => NodeAgent.Domain.StoredEvents.Types,
        };
        types = types.Copy().Add<RelaySkipped>(RelaySkipped.Alias);

        Assert.True(types.Stored.Count > 8);
        Assert.Equal(types.Stored.Values.Order(StringComparer.Ordinal), types.Aliases.Order(StringComparer.Ordinal));
        Assert.All(types.Stored, stored => Assert.Equal((Beginning().Replace(stored.Key.Name, "_").ToLowerInvariant(), EventTypes.MartenAlias(stored.Key)), (stored.Value, stored.Value)));
    }

    /// <summary>Where a word begins: behind a lower-case letter with anything else, and in a run of capitals or digits with the last one before a lower-case letter.</summary>
    [GeneratedRegex("(?<=[a-z])(?=[^a-z])|(?<=[^a-z])(?=[^a-z][a-z])")]
    private static partial Regex Beginning();
}
