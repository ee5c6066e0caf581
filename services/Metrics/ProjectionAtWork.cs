using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Skale.Metrics;

/// <summary>Ready means: the scheduler's log is being followed.</summary>
internal sealed class ProjectionAtWork(Projection projection) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(projection.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());
}
