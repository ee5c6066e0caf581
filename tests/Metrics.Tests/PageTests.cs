using Microsoft.Playwright;
using Skale.Servers;

namespace Skale.Metrics.Tests;

public sealed class PageTests
{
    private const string Chromium = "/usr/bin/chromium";
    private const float PatienceMilliseconds = 20_000;

    [Fact]
    public async Task the_page_shows_bars_of_128_slices_and_changes_while_it_is_open()
    {
        Assert.True(File.Exists(Chromium), $"{Chromium} is missing: scripts/setup installs it (Debian package chromium).");
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(2).Buy("alpha", 32, 2, 0, 1));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(PatienceMilliseconds);
        var outside = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(metrics.Http.BaseAddress!.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                outside.Add(request.Url);
            }
        };
        await page.GotoAsync(metrics.Http.BaseAddress!.ToString());
        await page.WaitForSelectorAsync("body[data-connection=live]");
        await page.EvaluateAsync("window.openedOnce = true");

        Assert.Equal(2, await page.Locator(".bar[data-slices='128']").CountAsync());
        Assert.Equal("Node 1 machine-1: 32 of 128 slices used: alpha 32 starting", await page.Locator("#node-1 .bar").GetAttributeAsync("aria-label"));
        Assert.Equal(0.25, await WidthInBar(page, "alpha"), 0.01);

        await metrics.Record(s => s.Start("alpha", 0, 1).Buy("beta", 64, 1, 1));

        await page.WaitForSelectorAsync("#node-1 .held[data-chain=beta]");
        Assert.Equal(0.5, await WidthInBar(page, "beta"), 0.01);
        await page.WaitForSelectorAsync("#chain-alpha .phase.active");
        await page.WaitForSelectorAsync("#feed li:first-child:has-text('ordered node 1 to run beta')");
        Assert.Equal("1 2 / 1 1 / 2", await page.EvaluateAsync<string>(
            "[...document.querySelectorAll('#nodes > *')].map(n => n.querySelectorAll('.held').length).join(' ') + ' / ' + ['#chain-alpha', '#chain-beta'].map(c => document.querySelectorAll(c).length).join(' ') + ' / ' + document.querySelectorAll('#chains > *').length"));

        await metrics.Record(s => s.Start("beta", 1).Delete("beta").Remove("beta", 1));

        await page.WaitForSelectorAsync("#node-1 .held[data-chain=beta]", new() { State = WaitForSelectorState.Detached });
        Assert.True(await page.EvaluateAsync<bool>("window.openedOnce"), "the page was loaded again");
        Assert.Empty(outside);
    }

    private static Task<double> WidthInBar(IPage page, string chain) => page.EvaluateAsync<double>(
        "chain => { const held = document.querySelector(`#node-1 .held[data-chain='${chain}']`); return held.getBoundingClientRect().width / held.parentElement.getBoundingClientRect().width; }", chain);
}
