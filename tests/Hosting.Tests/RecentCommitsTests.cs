using Skale.EventStore;

namespace Skale.Hosting.Tests;

/// <summary>The last commits: one stretch without gaps, and nothing when anything is not known.</summary>
public sealed class RecentCommitsTests
{
    [Fact]
    public async Task who_waits_at_the_end_is_woken_by_a_commit_and_by_an_append_that_failed()
    {
        var recent = new RecentCommits();
        recent.Add(0, 1, [Event()], ["first"]);
        Assert.Null(recent.News(0));
        var news = recent.News(1)!;
        Assert.False(news.IsCompleted);
        recent.Add(1, 2, [Event()], ["second"]);
        await news.Soon();
        news = recent.News(2)!;
        recent.Lose();
        await news.Soon();
        Assert.Null(recent.News(2));
    }

    [Fact]
    public void events_of_others_in_between_are_a_gap()
    {
        var recent = new RecentCommits();
        recent.Add(0, 1, [Event()], ["first"]);
        Assert.True(recent.EndsAt(1));
        recent.Add(1, 3, [Event()], ["third, or second"]);
        Assert.False(recent.EndsAt(1) || recent.EndsAt(3) || recent.Holds(1) || recent.Holds(2) || recent.Holds(3));
        recent.Add(5, 6, [Event()], ["sixth"]);
        Assert.Equal("sixth", Assert.Single(recent.Behind(5, 10)).Content);
        Assert.Empty(recent.Behind(4, 10));
    }

    [Fact]
    public void the_oldest_are_let_go_when_there_are_too_many_or_nobody_asks_for_them()
    {
        var recent = new RecentCommits(most: 2);
        recent.Add(4, 7, [Event(), Event(), Event()], ["fifth", "sixth", "seventh"]);
        Assert.Equal(["sixth", "seventh"], recent.Behind(5, 10).Select(e => e.Content));
        recent.Forget(6);
        Assert.False(recent.Holds(6));
        Assert.Equal("seventh", Assert.Single(recent.Behind(6, 10)).Content);
        recent.Forget(7);
        Assert.True(recent.EndsAt(7));
    }

    private static NewEvent Event() => new(Guid.NewGuid(), "key-a", 1, "counted", "{}"u8.ToArray(), DateTimeOffset.UnixEpoch);
}
