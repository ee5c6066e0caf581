using Skale.Hosting;
using Skale.Metrics;

return await SkaleHost.CreateBuilder(args).AddMetrics().AddSkale(bus: false).Build().MapSkale().MapMetrics().RunSkale();
