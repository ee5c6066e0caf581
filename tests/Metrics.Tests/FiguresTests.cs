using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Skale.Scheduler;
using Skale.Servers;

namespace Skale.Metrics.Tests;

public sealed class FiguresTests
{
    [Fact]
    public async Task promtool_accepts_the_figures_of_a_host_and_they_are_the_network_s()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(2).Buy("alpha", 32, 2, 0, 1).Start("alpha", 0, 1).Inject("network", "omen_seen", "{}"));

        var text = await metrics.Http.GetStringAsync("/metrics");

        await Check(text);
        Assert.Subset(text.Split('\n').ToHashSet(), new HashSet<string>
        {
            "skale_nodes{standing=\"active\"} 2", "skale_node_slices_used{node=\"1\"} 32", "skale_node_slices_free{node=\"1\"} 96", "skale_chains{phase=\"active\"} 1",
            "skale_chains{phase=\"degraded\"} 0", "skale_subnodes{condition=\"running\"} 2", $"skale_projection_position {metrics.Scheduler.Events.Count}",
            "skale_projection_lag_events 0", "skale_unknown_events_total 1", "# TYPE skale_unknown_events_total counter",
        });
    }

    [Fact]
    public async Task promtool_accepts_the_figures_of_scheduler_and_metrics_in_one_process()
    {
        await using var both = await RunningMetrics.Start(withJournal: false, builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Bus:InMemory"] = "true", ["Scheduler:Network"] = "one-process" });
            builder.AddScheduler();
        });
        await Wait.Until("the scheduler's start is shown", async () => (await both.Get("/api/status")).GetProperty("network").GetString() == "one-process", Wait.Patience);

        var text = await both.Http.GetStringAsync("/metrics");

        await Check(text);
        Assert.Contains("skale_log_position{log=\"scheduler\"} 1", text, StringComparison.Ordinal);
    }

    private static async Task Check(string text)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("promtool did not start: scripts/setup installs it (Debian package prometheus).");
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardError.ReadToEndAsync() + await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0 && said.Length == 0, $"promtool: {said}\n{text}");
    }
}
