using Skale.Hosting;
using Skale.NodeAgent;

return await SkaleHost.CreateBuilder(args).AddNodeAgent().AddSkale().Build().MapSkale().RunSkale();
