using Skale.ChainWatcher;
using Skale.Hosting;

return await WebApplication.CreateBuilder(args).AddChainWatcher().AddSkale().Build().MapSkale().RunSkale();
