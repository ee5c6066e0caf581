using System.Diagnostics;
using System.Runtime;

namespace Skale.Bench;

/// <summary>
/// Code is compiled a second and a third time while it runs, by a thread whose processor time would be counted in: a row that is measured before that is over is a figure of the
/// compiler.
/// </summary>
internal static class WarmUp
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static long CompiledMethods => JitInfo.GetCompiledMethodCount();

    /// <summary>Does it again and again until nothing more is compiled, but no longer than 20 s.</summary>
    public static void Until(Action act)
    {
        var (all, quiet, compiled) = (Stopwatch.StartNew(), Stopwatch.StartNew(), 0L);
        while (quiet.Elapsed < Quiet && all.Elapsed < Longest)
        {
            act();
            if (CompiledMethods > compiled)
            {
                compiled = CompiledMethods;
                quiet.Restart();
            }
        }
    }
}
