using System.Globalization;

namespace Skale.Hosting.Tests;

/// <summary>What leaves resident memory after the start-up: program files nobody wrote to, and nothing else.</summary>
public sealed class StartUpPagesTests
{
    [Theory]
    [InlineData("r-xp", "/usr/lib/libcoreclr.so", 0, true)]
    [InlineData("r--s", "/app/Mass Transit.dll", 0, true)]
    [InlineData("r-xp", "/usr/lib/libc.so.6", 0, true)]
    [InlineData("r--p", "/usr/lib/libcoreclr.so", 4, false)]
    [InlineData("r-xp", "/usr/lib/libcoreclr.so", 40, false)]
    [InlineData("rw-p", "/usr/lib/libcoreclr.so", 0, false)]
    [InlineData("rw-s", "/memfd:doublemapper (deleted)", 0, false)]
    [InlineData("r--p", "/app/Gone.dll (deleted)", 0, false)]
    [InlineData("r--s", "/data/journal", 0, false)]
    [InlineData("r--p", "", 0, false)]
    [InlineData("r-xp", "[vdso]", 0, false)]
    public void only_program_files_that_nobody_wrote_to_are_let_go(string rights, string file, int written, bool isLetGo)
    {
        var mapping = $"7f0000400000-7f0000c49000 {rights} 00000000 fe:00 5424600                    {file}".TrimEnd();
        string[] smaps =
        [
            "7e0000000000-7e0000001000 rw-p 00000000 00:00 0 ", "Rss:                   4 kB", "Anonymous:             0 kB",
            mapping, "Size:               8484 kB", "Rss:                3808 kB", $"Anonymous: {written.ToString(CultureInfo.InvariantCulture),13} kB", "VmFlags: rd ex mr mw me",
        ];
        Assert.Equal(isLetGo ? [mapping] : [], StartUpPages.Unwritten(smaps));
    }

    /// <summary>Only the runtime's own library, loaded long ago: tests beside this one may be loading others.</summary>
    [Fact]
    public void a_process_goes_on_without_the_pages_it_let_go()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only.");
        var runtime = StartUpPages.Unwritten(File.ReadLines("/proc/self/smaps")).Where(IsRuntime).ToArray();
        var before = ResidentKilobytes();
        Assert.InRange(StartUpPages.LetGo(runtime), before * 1024, long.MaxValue);
        Assert.InRange(ResidentKilobytes(), 1, before - 1000);
    }

    private static bool IsRuntime(string mapping) => mapping.EndsWith("/System.Private.CoreLib.dll", StringComparison.Ordinal);

    /// <summary>Of what may be let go of the runtime's library.</summary>
    private static long ResidentKilobytes()
    {
        var (sum, resident) = (0L, 0L);
        var counts = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            counts = words[0].Contains('-') ? IsRuntime(line) && words[1][1] == '-' : counts;
            resident = words[0] == "Rss:" ? long.Parse(words[1], CultureInfo.InvariantCulture) : resident;
            sum += counts && words is ["Anonymous:", "0", _] ? resident : 0;
        }

        return sum;
    }
}
