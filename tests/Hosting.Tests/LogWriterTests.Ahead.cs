using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

// What is decided before the commit in front of it is stored.
public sealed partial class LogWriterTests
{
    /// <summary>While a commit is under way a full one behind it is decided as if the first were stored: when it is not, that was wrong.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task what_is_decided_ahead_of_a_commit_that_fails_is_recorded_once_and_in_order(bool takesEffect)
    {
        const int Inputs = 2_500, InSecondCommit = 1_500;
        var writer = await Started();
        var alone = Hold();
        List<Task> answers = [writer.Submit(Count("a", 0))];
        await Wait.Until("the first append to be under way", () => log.Appends == 2, Wait.Patience, TestContext.Current.CancellationToken);
        var full = Hold();
        answers.AddRange(Enumerable.Range(1, InSecondCommit).Select(n => writer.Submit(Count("a", n))));
        var ahead = new TaskCompletionSource();
        answers.Add(writer.Read(_ => ahead.TrySetResult()));
        answers.AddRange(Enumerable.Range(InSecondCommit + 1, Inputs - InSecondCommit).Select(n => writer.Submit(Count("a", n))));
        alone.SetResult();
        await ahead.Task.Soon();
        Assert.Equal(3, log.Appends);
        log.FailNext(new IOException("gone"), takesEffect);
        full.SetResult();
        await Task.WhenAll(answers).Soon();
        var counted = (await Stored()).Where(e => e.Type == "counted").Select(e => ((Counted)Definition().Types.Deserialize(e)).Number);
        Assert.Equal(Enumerable.Range(0, Inputs + 1).Select(n => (long)n), counted);
        Assert.Contains(troubles, t => t is IOException);
    }
}
