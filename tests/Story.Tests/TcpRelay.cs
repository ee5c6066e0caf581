using System.Net;
using System.Net.Sockets;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary>Stands before a server, so that the server can be out of reach for a while. Begins closed: nobody listens.</summary>
internal sealed class TcpRelay(Uri server) : IAsyncDisposable
{
    private readonly int port = Repository.FreePort();
    private readonly List<TcpClient> connections = [];
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;

    public Uri Address => new($"http://127.0.0.1:{port}");

    public void Open()
    {
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        accepting = Accept(listener);
    }

    /// <summary>Refuses new connections and cuts those there are.</summary>
    public async Task Close()
    {
        listener?.Dispose();
        await accepting;
        lock (connections)
        {
            connections.ForEach(c => c.Dispose());
            connections.Clear();
        }
    }

    public async ValueTask DisposeAsync() => await Close();

    private async Task Accept(TcpListener from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptTcpClientAsync();
                var target = new TcpClient();
                lock (connections)
                {
                    connections.AddRange([client, target]);
                }

                await target.ConnectAsync(server.Host, server.Port);
                _ = Copy(client, target);
                _ = Copy(target, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    /// <summary>Until one of the two ends, which then ends the other.</summary>
    private static async Task Copy(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            to.Dispose();
        }
    }
}
