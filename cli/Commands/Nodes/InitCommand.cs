using System.CommandLine;
using System.Diagnostics;
using Skale.Hosting;

namespace Skale.Cli.Commands.Nodes;

/// <summary><c>skale node init</c>: makes a bare Debian machine ready to become a node.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Description = "The agent's configuration.", DefaultValueFactory = _ => AgentFile.DefaultPath };
        var unit = new Option<string>("--unit") { Description = "Its systemd unit.", DefaultValueFactory = _ => AgentUnit.DefaultPath };
        var program = new Option<string>("--program") { Description = "The agent's program.", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "Skale.NodeAgent") };
        var install = new Option<bool>("--install") { Description = "Install what is missing with apt-get, Docker Engine too." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what is wrong and what would be done." };
        var force = new Option<bool>("--force") { Description = "Overwrite the configuration and the unit that are there." };
        var init = new Command("init", "Check this machine, and write the agent's configuration and systemd unit.") { config, unit, program, install, dryRun, force };
        init.SetAction((a, cancellation) => Run(new Wish(
            a.GetValue(config)!, a.GetValue(unit)!, Path.GetFullPath(a.GetValue(program)!), a.GetValue(install), a.GetValue(dryRun), a.GetValue(force)), cancellation));
        return init;
    }

    private static async Task<int> Run(Wish wish, CancellationToken cancellation)
    {
        if (new[] { wish.Config, wish.Unit, wish.Program }.Select(AgentUnit.Fault).FirstOrDefault(f => f is not null) is { } fault)
        {
            await Console.Error.WriteLineAsync($"{fault}.");
            return ExitCodes.BadInput;
        }

        var host = await HostChecks.Look(cancellation);
        var packages = HostChecks.Wanted(host);
        if (wish.Install && packages.Count > 0 && host is { IsRoot: true, HasApt: true } && !wish.DryRun)
        {
            await Install(packages, cancellation);
            host = await HostChecks.Look(cancellation);
        }

        var problems = HostChecks.Problems(host).Concat(Files(wish)).ToArray();
        foreach (var problem in problems)
        {
            await Console.Error.WriteLineAsync($"  - {problem}");
        }

        if (wish.DryRun)
        {
            Print(wish, AgentFile.ForDisk(host.FreeBytes), packages);
        }
        else if (problems.Length == 0)
        {
            AgentFile.ForDisk(host.FreeBytes).Write(wish.Config);
            await File.WriteAllTextAsync(wish.Unit, AgentUnit.Text(wish.Program, wish.Config), cancellation);
            Console.WriteLine($"{wish.Config} and {wish.Unit} are written. Now: skale node join --token TOKEN --scheduler URL, systemctl daemon-reload, systemctl enable --now {Path.GetFileNameWithoutExtension(wish.Unit)}");
        }

        if (problems.Length > 0)
        {
            await Console.Error.WriteLineAsync($"{problems.Length} to put right; nothing was written.");
        }

        return problems.Length > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static IEnumerable<string> Files(Wish wish)
    {
        if (!File.Exists(wish.Program))
        {
            yield return $"{wish.Program} is not there: give the agent's program with --program.";
        }

        foreach (var file in new[] { wish.Config, wish.Unit }.Where(f => File.Exists(f) && !wish.Force))
        {
            yield return $"{file} is there already and is not overwritten without --force.";
        }
    }

    private static void Print(Wish wish, AgentFile file, IReadOnlyList<string> packages)
    {
        if (wish.Install && packages.Count > 0)
        {
            Console.WriteLine($"# apt-get install --yes --no-install-recommends {string.Join(' ', packages)}\n");
        }

        Console.WriteLine($"# {wish.Config}\n{file.Text}\n# {wish.Unit}\n{AgentUnit.Text(wish.Program, wish.Config)}");
    }

    /// <summary>What it prints is for the operator; what is missing after it is listed with everything else.</summary>
    private static async Task Install(IReadOnlyList<string> packages, CancellationToken cancellation)
    {
        foreach (var arguments in new string[][] { ["update"], ["install", "--yes", "--no-install-recommends", .. packages] })
        {
            using var apt = Process.Start(new ProcessStartInfo("apt-get", arguments) { Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" } })!;
            await apt.WaitForExitAsync(cancellation);
        }
    }

    private sealed record Wish(string Config, string Unit, string Program, bool Install, bool DryRun, bool Force);
}
