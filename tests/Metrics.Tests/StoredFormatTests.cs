using System.Reflection;
using Skale.EventStore;
using Skale.Metrics.Domain;
using Skale.Scheduler.Domain;

namespace Skale.Metrics.Tests;

/// <summary>Metrics reads the scheduler's log, not its types: this is where both are seen.</summary>
public sealed class StoredFormatTests
{
    [Fact]
    public void every_name_the_scheduler_stores_is_read() =>
        Assert.Equal(StoredEvents.Types.Aliases.Append(RelaySkipped.Alias).Order(StringComparer.Ordinal), EventReader.Types.Keys.Order(StringComparer.Ordinal));

    /// <summary>The one event that is not the scheduler's own.</summary>
    [Fact]
    public void a_skipped_event_is_told_and_changes_nothing_that_is_shown()
    {
        var skipped = new RelaySkipped(3, "group_chosen", "nobody listens", "ada", DateTimeOffset.UnixEpoch);
        var (type, data) = new EventTypes().Add<RelaySkipped>(RelaySkipped.Alias).Serialize(skipped);
        var read = EventReader.Read(new StoredEvent(4, Guid.NewGuid(), RelaySkipped.Stream, 1, type, data, DateTimeOffset.UnixEpoch, null, null));

        Assert.Equal("ada had position 3 (group_chosen) skipped, nobody outside heard of it: nobody listens", Sentences.Of(read));
        var view = NetworkFold.Evolve(NetworkView.Empty, read);
        Assert.Equal(NetworkView.Empty with { Position = 4, LastEventAt = DateTimeOffset.UnixEpoch }, view);
        Assert.Equal(EventKind.Decision, EventKinds.Of(read.Content));
    }

    [Fact]
    public void every_member_that_is_read_exists_in_the_scheduler_s_record_with_the_same_kind_of_json()
    {
        var differences = EventReader.Types.Values.Where(t => t.Assembly == typeof(EventReader).Assembly).SelectMany(mine => Differences(mine, Theirs(mine)));

        Assert.Empty(differences);
    }

    private static Type Theirs(Type mine) => typeof(StoredEvents).Assembly.GetType($"{typeof(StoredEvents).Namespace}.{mine.Name}")
        ?? throw new Xunit.Sdk.XunitException($"The scheduler has no record {mine.Name}.");

    private static IEnumerable<string> Differences(Type mine, Type theirs)
    {
        foreach (var member in mine.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var other = theirs.GetProperty(member.Name);
            if (other is null)
            {
                yield return $"{theirs.Name} has no {member.Name}.";
            }
            else if ((Element(member.PropertyType), Element(other.PropertyType)) is var (read, stored) && read.Assembly == mine.Assembly)
            {
                foreach (var inner in Differences(read, stored))
                {
                    yield return inner;
                }
            }
            else if (member.PropertyType != other.PropertyType)
            {
                yield return $"{mine.Name}.{member.Name} is read as {member.PropertyType}, and stored as {other.PropertyType}.";
            }
        }
    }

    private static Type Element(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : type;
}
