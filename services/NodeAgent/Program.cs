using Skale.Hosting;
using Skale.NodeAgent;

return await WebApplication.CreateBuilder(args).AddNodeAgent().AddSkale().Build().MapSkale().RunSkale();
