using Skale.Hosting;
using Skale.Scheduler;

return await WebApplication.CreateBuilder(args).AddScheduler().AddSkale().Build().MapSkale().MapScheduler().RunSkale();
