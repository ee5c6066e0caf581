namespace Skale.EventStore.Tests;

/// <summary>How appends are put into groups and how groups follow each other, with a store that is told when to end.</summary>
public sealed class GroupCommitTests
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);
    private long position;

    [Fact]
    public async Task who_was_just_answered_is_back_in_the_next_group()
    {
        var (groups, taken, go) = (new List<int>(), NewSignal(), NewSignal());
        var commits = new GroupCommit(group =>
        {
            groups.Add(group.Count);
            taken.TrySetResult();
            return _ =>
            {
                go.Task.Wait();
                Succeed(group);
            };
        });

        var first = commits.Append([Some.Event("first", 1)]);
        await taken.Task.WaitAsync(AtMost);
        var writers = Enumerable.Range(0, 5).Select(n => AppendMany(commits, $"w-{n}", 20)).ToArray();
        go.SetResult();
        await Task.WhenAll([first, .. writers]).WaitAsync(AtMost);

        Assert.Equal([1, .. Enumerable.Repeat(5, 20)], groups);
        await commits.Close();
    }

    [Fact]
    public async Task a_second_group_is_under_way_only_with_many_events_and_is_settled_behind_the_first()
    {
        var (plans, signals) = (new List<string>(), new[] { NewSignal(), NewSignal() });
        var go = NewSignal();
        var commits = new GroupCommit(
            group =>
            {
                plans.Add(string.Join("+", group.Select(append => append.Events[0].Stream)));
                signals[plans.Count - 1].SetResult();
                var isFirst = plans.Count == 1;
                return before =>
                {
                    (isFirst ? go.Task : before).Wait();
                    Succeed(group);
                };
            },
            atOnce: 2);

        var first = commits.Append([Some.Event("first", 1)]);
        await signals[0].Task.WaitAsync(AtMost);
        var few = commits.Append([Some.Event("few", 1)]);
        var many = commits.Append(Some.Events("many", 1, 15));
        await signals[1].Task.WaitAsync(AtMost);

        Assert.False(first.IsCompleted || few.IsCompleted || many.IsCompleted);
        go.SetResult();
        long[] ends = [await first, await few, await many];
        Assert.Equal(["first", "few+many"], plans);
        Assert.Equal([1L, 2, 17], ends);
        await commits.Close();
    }

    [Fact]
    public async Task a_group_that_cannot_be_planned_or_stored_fails_and_those_behind_it_go_on()
    {
        var commits = new GroupCommit(group => group[0].Events[0].Stream switch
        {
            "unplanned" => throw new InvalidOperationException("no plan"),
            "unstored" => _ => throw new IOException("no disk"),
            _ => _ => Succeed(group),
        });

        await Assert.ThrowsAsync<InvalidOperationException>(() => commits.Append([Some.Event("unplanned", 1)]));
        await Assert.ThrowsAsync<IOException>(() => commits.Append([Some.Event("unstored", 1)]));
        Assert.Equal(1, await commits.Append([Some.Event("stored", 1)]).WaitAsync(AtMost));
        await commits.Close();
    }

    [Fact]
    public async Task what_was_accepted_is_settled_before_it_is_closed_and_nothing_more_is_accepted()
    {
        var go = NewSignal();
        var rests = 0;
        var commits = new GroupCommit(
            group => _ =>
            {
                go.Task.Wait();
                Succeed(group);
            },
            atOnce: 2,
            () => rests++);
        var accepted = Enumerable.Range(0, 40).Select(n => commits.Append([Some.Event($"s-{n}", 1)])).ToArray();

        var closed = commits.Close();
        Assert.False(closed.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => commits.Append([Some.Event("late", 1)]));
        go.SetResult();
        await closed.WaitAsync(AtMost);

        Assert.All(accepted, append => Assert.True(append.IsCompletedSuccessfully));
        Assert.True(rests > 0, "What other processes are to hear was not told at the end.");
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task AppendMany(GroupCommit commits, string stream, int count)
    {
        for (var version = 1; version <= count; version++)
        {
            await commits.Append([Some.Event(stream, version)]).ConfigureAwait(false); // On the thread that answers, as in a service.
        }
    }

    private void Succeed(IReadOnlyList<PendingAppend> group)
    {
        foreach (var append in group)
        {
            append.Succeed(Interlocked.Add(ref position, append.Events.Count));
        }
    }
}
