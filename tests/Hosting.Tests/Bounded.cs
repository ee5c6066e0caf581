using Skale.Servers;

namespace Skale.Hosting.Tests;

/// <summary>No test waits for ever.</summary>
internal static class Bounded
{
    public static Task Soon(this Task task) => task.WaitAsync(Wait.Patience, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Wait.Patience, TestContext.Current.CancellationToken);
}
