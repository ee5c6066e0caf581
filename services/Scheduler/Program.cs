using Skale.Hosting;
using Skale.Scheduler;

return await SkaleHost.CreateBuilder(args).AddScheduler().AddSkale().Build().MapSkale().MapScheduler().RunSkale();
