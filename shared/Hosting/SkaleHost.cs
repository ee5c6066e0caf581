using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Skale.Hosting;

/// <summary>What every process of ours has in common: options checked at start, store, bus, health, metrics.</summary>
public static class SkaleHost
{
    /// <summary>
    /// Options are read once, at the start. By itself the framework watches the folder in which it was started for other ones, and every folder under it: for a service that systemd starts, the whole disk.
    /// </summary>
    public const string WatchNothing = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>As the framework's own, which watches nothing.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] arguments) => WebApplication.CreateBuilder([.. arguments, WatchNothing]);

    /// <summary>Completes a process after its services are added; call it once.</summary>
    /// <param name="bus">False for a process that neither says nor hears anything: it needs no broker.</param>
    public static WebApplicationBuilder AddSkale(this WebApplicationBuilder builder, bool bus = true)
    {
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ "));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddCheckedOptions<StoreOptions>("Store", o => o.Problems());
        builder.Services.AddCheckedOptions<SealOptions>("Seal", o => o.Problems());
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<LogStore>();
        builder.Services.AddSingleton<PrometheusText>();
        builder.Services.AddHealthChecks().AddCheck<LogsAtWork>("logs", tags: ["ready"]);
        if (bus)
        {
            builder.Services.AddCheckedOptions<BusOptions>("Bus", o => o.Problems());
            builder.Services.AddCheckedOptions<OrderOptions>("Orders", o => o.Problems());
            builder.Services.AddCheckedOptions<FactOptions>("Facts", o => o.Problems());
            builder.Services.AddSingleton<MessageSigner>();
            builder.Services.AddSkaleBus(builder.Configuration.GetSection("Bus").Get<BusOptions>() ?? new BusOptions());
        }

        return builder;
    }

    /// <summary>Adds a service's log as a hosted service under its name.</summary>
    public static void AddLog<TState>(this IServiceCollection services, string name, Func<IServiceProvider, LogDefinition<TState>> definition)
    {
        services.AddKeyedSingleton(name, (provider, _) => ActivatorUtilities.CreateInstance<LogService<TState>>(provider, definition(provider)));
        services.AddSingleton<ILogHealth>(provider => provider.GetRequiredKeyedService<LogService<TState>>(name));
        // Not AddHostedService: it would keep only the first log of a state type, and one process may run several agents.
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<LogService<TState>>(name));
    }

    /// <summary>Options bound to a section and checked at start; every problem of every section is listed.</summary>
    public static void AddCheckedOptions<T>(this IServiceCollection services, string section, Func<T, IEnumerable<string>> problems)
        where T : class
    {
        services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new Check<T>(problems));
    }

    /// <summary>Maps health and metrics; nothing when the options are wrong, which <see cref="RunSkale"/> says.</summary>
    public static WebApplication MapSkale(this WebApplication app)
    {
        if (StartCheck.Problems(app).Length > 0)
        {
            return app;
        }

        // A log may be long to read: beside it bus and web server are made.
        foreach (var log in app.Services.GetServices<ILogHealth>())
        {
            log.Begin();
        }

        // Made now: it shows what is counted from here on.
        app.Services.GetRequiredService<PrometheusText>();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        // Degraded is a bus whose broker is gone: who hears nothing is not ready, whether or not there is something to say.
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteHealth, ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable } });
        app.MapGet("/metrics", (PrometheusText metrics) => Results.Text(metrics.Render(), "text/plain; version=0.0.4; charset=utf-8"));
        return app;
    }

    /// <summary>Whether the options are right, so that what stands on them can be mapped; <see cref="RunSkale"/> says what is wrong.</summary>
    public static bool CanStart(WebApplication app) => StartCheck.Problems(app).Length == 0;

    /// <summary>Runs to the end; bad options end with exit code 2 and the list of problems instead of a stack trace.</summary>
    public static async Task<int> RunSkale(this WebApplication app)
    {
        if (StartCheck.Problems(app) is { Length: > 0 } problems)
        {
            await Console.Error.WriteLineAsync($"Cannot start, the options are wrong:{string.Concat(problems.Select(p => $"\n  - {p}"))}");
            return ExitCodes.BadInput;
        }

        _ = StartUpPages.LetGoOnce(app.Services, app.Lifetime.ApplicationStopping);
        await app.RunAsync();
        return Environment.ExitCode;
    }

    private static Task WriteHealth(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.Select(e => new { name = e.Key, status = e.Value.Status.ToString(), reason = e.Value.Description ?? e.Value.Exception?.Message }),
    });

    private sealed class Check<T>(Func<T, IEnumerable<string>> problems) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            problems(options).ToArray() is { Length: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }

    private sealed class LogsAtWork(IEnumerable<ILogHealth> logs) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var troubles = logs.Where(l => l.Trouble is not null).Select(l => $"{l.Name}: {l.Trouble}").ToArray();
            return Task.FromResult(troubles.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", troubles)));
        }
    }
}
