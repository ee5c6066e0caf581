using System.Net.Http.Json;
using System.Net.Sockets;
using Skale.Docker;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>
/// An engine of the test's own that is a swarm of one machine: the machine's own engine never becomes one. A swarm has a bridge and a port of fixed names on the machine, so that all
/// tests on it take turns.
/// </summary>
internal sealed class OwnSwarm : IAsyncDisposable
{
    private const string GatewayBridge = "docker_gwbridge";
    private readonly FileStream turn;
    private readonly OwnEngine engine;

    private OwnSwarm(FileStream turn, OwnEngine engine) => (this.turn, this.engine) = (turn, engine);

    public EngineEndpoint Endpoint => engine.Endpoint;

    public static async Task<OwnSwarm> Start()
    {
        using (var machine = new DockerEngine())
        {
            if ((await machine.Info()).Swarm.State != "inactive")
            {
                Assert.Skip("The machine's own engine is in a swarm: there is no room for one of the test's own beside it.");
            }
        }

        FileStream? turn = null;
        await Wait.Until("the other tests' swarm on this machine to end", () => (turn = new FileStream(Path.Combine(Path.GetTempPath(), "skale-test-swarm"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)).CanRead, Wait.Patience);
        OwnSwarm? swarm = null;
        try
        {
            await RemoveBridge();
            swarm = new OwnSwarm(turn!, await OwnEngine.Start());
            await swarm.Init();
            return swarm;
        }
        catch
        {
            await (swarm?.DisposeAsync() ?? turn!.DisposeAsync());
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await RemoveBridge();
        await turn.DisposeAsync();
    }

    private static async Task RemoveBridge() => await HostTool.Try(() => HostTool.Run("ip", ["link", "del", GatewayBridge]));

    private async Task Init()
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Endpoint.SocketPath!), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var address = $"127.0.0.1:{Repository.FreePort()}";
        using var answer = await http.PostAsJsonAsync(new Uri("http://engine/swarm/init"), new { ListenAddr = address, AdvertiseAddr = address });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
