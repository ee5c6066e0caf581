using Skale.Hosting;
using Skale.Metrics;

return await WebApplication.CreateBuilder(args).AddMetrics().AddSkale(bus: false).Build().MapSkale().MapMetrics().RunSkale();
