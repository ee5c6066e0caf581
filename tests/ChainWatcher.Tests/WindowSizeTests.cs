using Skale.ChainWatcher.Domain;

namespace Skale.ChainWatcher.Tests;

public sealed class WindowSizeTests
{
    private static readonly WindowRefusal NoWord = new(null, null);

    [Fact]
    public void a_refusal_halves_and_four_answers_double()
    {
        var window = new WindowSize(1000, 1000).Refused(1000, NoWord);
        Assert.Equal(500, window.Blocks);
        window = window.Answered(500).Answered(500).Answered(500);
        Assert.Equal(500, window.Blocks);
        Assert.Equal(1000, window.Answered(500).Blocks);
    }

    [Fact]
    public void refusals_of_windows_asked_for_before_it_shrank_say_nothing_new() => Assert.Equal(500, new WindowSize(1000, 1000).Refused(1000, NoWord).Refused(1000, NoWord).Blocks);

    [Fact]
    public void short_answers_do_not_let_it_grow() => Assert.Equal(
        500, Enumerable.Range(0, 9).Aggregate(new WindowSize(500, 1000), (window, _) => window.Answered(20)).Blocks);

    [Fact]
    public void it_never_falls_below_one_block() => Assert.Equal(1, new WindowSize(1, 1000).Refused(1, NoWord).Blocks);

    [Fact]
    public void what_the_endpoint_suggests_is_asked_for_next_and_it_grows_from_there()
    {
        var window = new WindowSize(1000, 1000).Refused(1000, new WindowRefusal(30, null));
        Assert.Equal((30, 1000), (window.Blocks, window.Most));
        Assert.Equal(999, WindowSize.Part(1000, new WindowRefusal(5000, null)));
    }

    [Fact]
    public void what_the_endpoint_allows_at_most_is_never_exceeded_again()
    {
        var window = new WindowSize(1000, 1000).Refused(1000, new WindowRefusal(null, 60)).Answered(60).Answered(60).Answered(60).Answered(60);
        Assert.Equal((60, 60), (window.Blocks, window.Most));
        Assert.Equal(60, new WindowSize(100, 1000).Refused(1000, new WindowRefusal(null, 60)).Blocks);
    }
}
