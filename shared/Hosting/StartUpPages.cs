using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Skale.Hosting;

/// <summary>
/// Lets go, once, of what only the start-up needed: the pages of program files that it touched, garbage, and what the compiler used. Without it they
/// count as resident memory of an idle process for as long as it lives. Its parts serve <see cref="BusyTimes"/> too, time and again. Linux only; a failure changes nothing but the figure.
/// </summary>
/// <remarks>
/// The runtime maps every assembly twice, and most of what it reads there it reads once. <c>MADV_DONTNEED</c> takes such pages out of this process; they
/// stay in the kernel's page cache, and a page that is needed again comes back by a fault without a disk read. On a page that was written to it would
/// lose what was written, so a mapping is let go only if it is of a program file, not writable, and no page of it was ever written
/// (<c>Anonymous: 0 kB</c> in <c>smaps</c>; see proc(5) and madvise(2)), and if all this was so a while before: never one that a loader still works on.
/// </remarks>
internal static partial class StartUpPages
{
    private const string Mappings = "/proc/self/smaps";
    private const int DontNeed = 4;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    /// <summary>Waits until the logs are at work and the start-up is over, about 20 s, does it and ends; never throws.</summary>
    public static async Task LetGoOnce(IServiceProvider services, CancellationToken stopping)
    {
        var (clock, logger) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartUpPages)));
        try
        {
            do
            {
                await Task.Delay(Settle, clock, stopping);
            }
            while (services.GetServices<ILogHealth>().Any(l => l.Trouble is not null));

            await LetGo(clock, logger, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            LogFailed(logger, e.Message);
        }
    }

    /// <summary>Takes a while: what is let go was as it is for some time.</summary>
    internal static async Task LetGo(TimeProvider clock, ILogger logger, CancellationToken stopping)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var before = Unwritten();
        await Task.Delay(Settle, clock, stopping);
        LogLetGo(logger, LetGo(Unwritten().Where(before.Contains)) / 1_000_000);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ReturnFreeHeap();
    }

    /// <summary>Of the end of each of its heaps the C library keeps no more than 128 KiB. By itself it learns from what the compiler frees to keep megabytes, which <see cref="ReturnFreeHeap"/> does not return; see mallopt(3).</summary>
    internal static void KeepLittleHeap()
    {
        const int TrimThreshold = -1, Bytes = 128 << 10;
        if (OperatingSystem.IsLinux())
        {
            _ = mallopt(TrimThreshold, Bytes);
        }
    }

    /// <summary>Of the C library; takes about a millisecond.</summary>
    internal static void ReturnFreeHeap()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = malloc_trim(0);
        }
    }

    /// <summary>Those of this process now; none where there is no Linux.</summary>
    internal static HashSet<string> Unwritten() => OperatingSystem.IsLinux() ? [.. Unwritten(File.ReadLines(Mappings))] : [];

    /// <summary>First lines of those mappings in the text of <c>smaps</c> that may be let go.</summary>
    internal static IEnumerable<string> Unwritten(IEnumerable<string> smaps)
    {
        string? mapping = null;
        foreach (var line in smaps)
        {
            if (char.IsAsciiHexDigitLower(line[0]))
            {
                var isWritable = line[line.IndexOf(' ', StringComparison.Ordinal) + 2] == 'w';
                var isProgram = line.EndsWith(".dll", StringComparison.Ordinal) || line.EndsWith(".so", StringComparison.Ordinal) || line.Contains(".so.", StringComparison.Ordinal);
                mapping = isProgram && !isWritable ? line : null;
            }
            else if (mapping is not null && line.StartsWith("Anonymous:", StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal))
            {
                yield return mapping;
            }
        }
    }

    /// <summary>Size of the mappings in bytes, more than was resident of them.</summary>
    internal static long LetGo(IEnumerable<string> mappings) => mappings.Sum(mapping =>
    {
        var range = mapping[..mapping.IndexOf(' ', StringComparison.Ordinal)].Split('-').Select(a => long.Parse(a, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        return madvise((nint)range[0], (nint)(range[1] - range[0]), DontNeed) == 0
            ? range[1] - range[0]
            : throw new IOException($"madvise refuses {mapping}: error {Marshal.GetLastPInvokeError()}.");
    });

#pragma warning disable SYSLIB1054, CA5392, IDE1006 // Two calls of libc that .NET does not offer; no generated marshalling needed.
    [DllImport("libc", SetLastError = true)]
    private static extern int madvise(nint start, nint length, int advice);

    [DllImport("libc")]
    private static extern int malloc_trim(nint keep);

    [DllImport("libc")]
    private static extern int mallopt(int setting, int value);
#pragma warning restore SYSLIB1054, CA5392, IDE1006

    [LoggerMessage(LogLevel.Information, "The start-up or a busy time is over; program files of {Megabytes} MB leave resident memory as far as they are not in use.")]
    private static partial void LogLetGo(ILogger logger, long megabytes);

    [LoggerMessage(LogLevel.Warning, "Program files stay in resident memory after the start-up: {Reason} Nothing else depends on it.")]
    private static partial void LogFailed(ILogger logger, string reason);
}
