using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Skale.Contracts;

namespace Skale.NodeAgent.Tests;

/// <summary>The machine's operator, who asks an agent over its socket.</summary>
internal sealed class Operator : IDisposable
{
    private readonly HttpClient http;

    public Operator(string socket) => http = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://agent"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    public static Operator Of(EngineNode node) => new(OperatorSocket.PathOf(node.Sockets, EngineNode.Network, node.Id));

    public Task<DataBackup> BackUp(string chain, string file) => Order<DataBackup>(OperatorSocket.Backup, new DataOrder(new(chain), file));

    public Task<DataBackup> Restore(string chain, string file, long generation) => Order<DataBackup>(OperatorSocket.Restore, new DataOrder(new(chain), file, generation));

    public Task<DataOrder> Wipe(string chain, long generation) => Order<DataOrder>(OperatorSocket.Wipe, new DataOrder(new(chain), null, generation));

    /// <summary>What an order that must be refused is answered.</summary>
    public static async Task<(HttpStatusCode? Code, string Reason)> Refused(Task order)
    {
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => order);
        return (refused.StatusCode, refused.Message);
    }

    public void Dispose() => http.Dispose();

    private async Task<T> Order<T>(string path, DataOrder order)
    {
        using var answer = await http.PostAsJsonAsync(path, order);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<T>())!
            : throw new HttpRequestException((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), null, answer.StatusCode);
    }
}
