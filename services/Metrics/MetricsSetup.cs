using Microsoft.Extensions.Options;
using Skale.Hosting;
using Skale.Metrics.Api;
using Skale.Metrics.Page;

namespace Skale.Metrics;

/// <summary>Puts the read side together: one follower of the scheduler's log, an API, figures and a page.</summary>
public static class MetricsSetup
{
    public static WebApplicationBuilder AddMetrics(this WebApplicationBuilder builder)
    {
        builder.Services.AddCheckedOptions<MetricsOptions>("Metrics", o => o.Problems());
        builder.Services.AddSingleton(provider => new Projection(provider.GetRequiredService<IOptions<MetricsOptions>>().Value.FeedLength));
        builder.Services.AddSingleton<LogReading>();
        builder.Services.AddSingleton<StatusReading>();
        builder.Services.AddHostedService<LogFollower>();
        builder.Services.AddHostedService<ProjectionMeter>();
        builder.Services.AddHealthChecks().AddCheck<ProjectionAtWork>("projection", tags: ["ready"]);
        builder.Services.AddRazorComponents();
        return builder;
    }

    /// <summary>Maps the page at <c>/</c> and the API under <c>/api</c>.</summary>
    public static WebApplication MapMetrics(this WebApplication app)
    {
        ReadApi.Map(app);
        LivePage.Map(app);
        return app;
    }
}
