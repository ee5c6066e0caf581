namespace Skale.EventStore.Tests;

/// <summary>What is done beside reading is done once, in order, on one other thread, and nothing goes on before it is.</summary>
public sealed class PipelineTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void every_step_is_done_in_order_by_one_other_thread(int steps)
    {
        var (done, threads) = (new List<int>(), new HashSet<int>());
        Pipeline.Run(pipeline =>
        {
            foreach (var step in Enumerable.Range(0, steps))
            {
                pipeline.Add(() =>
                {
                    done.Add(step);
                    threads.Add(Environment.CurrentManagedThreadId);
                });
            }
        });
        Assert.Equal(Enumerable.Range(0, steps), done);
        Assert.Equal(Math.Min(steps, 1), threads.Count);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
    }

    [Fact]
    public void steps_are_done_while_reading_goes_on()
    {
        using var done = new ManualResetEventSlim();
        Pipeline.Run(pipeline =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                pipeline.Add(done.Set);
            }

            Assert.True(done.Wait(TimeSpan.FromMinutes(1)), "no step was done within a minute, while reading went on");
        });
    }

    [Fact]
    public void what_a_step_throws_is_thrown_and_nothing_is_done_behind_it()
    {
        var behind = false;
        var thrown = Assert.Throws<FormatException>(() => Pipeline.Run(pipeline =>
        {
            pipeline.Add(() => throw new FormatException("a step"));
            pipeline.Add(() => behind = true);
        }));
        Assert.Equal("a step", thrown.Message);
        Assert.False(behind);
    }

    [Fact]
    public void what_reading_throws_is_thrown_when_the_steps_are_done()
    {
        var done = false;
        Assert.Throws<EndOfStreamException>(() => Pipeline.Run(pipeline =>
        {
            pipeline.Add(() => done = true);
            throw new EndOfStreamException();
        }));
        Assert.True(done);
    }
}
