using Skale.ChainWatcher;
using Skale.Hosting;

return await SkaleHost.CreateBuilder(args).AddChainWatcher().AddSkale().Build().MapSkale().RunSkale();
