namespace Skale.Story.Tests;

/// <summary>A chain of the shared stack that is active for the length of a test, and gone after it: others need its slices.</summary>
internal sealed class BoughtChain : IAsyncDisposable
{
    private readonly StackFixture fixture;
    private readonly string name;

    private BoughtChain(StackFixture fixture, string name) => (this.fixture, this.name) = (fixture, name);

    public static async Task<BoughtChain> On(StackFixture fixture, string name, int type, IReadOnlyList<int>? group = null)
    {
        await fixture.Stack.Manager.CreateChain(name, type, TimeSpan.FromDays(30), group);
        await fixture.WaitForPhase(name, "active");
        return new BoughtChain(fixture, name);
    }

    public async ValueTask DisposeAsync()
    {
        await fixture.Stack.Manager.DeleteChain(name);
        await fixture.WaitForPhase(name, "removed");
    }
}
