using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Skale.NodeAgent.Tests;

/// <summary>A socket that leads to the machine's engine and can be cut: an engine that goes away and comes back, without touching the real one.</summary>
internal sealed class EngineRelay : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("skale-engine-").FullName;
    private readonly UnixDomainSocketEndPoint engine;
    private readonly ConcurrentBag<Socket> open = [];
    private Socket? listener;

    public EngineRelay(string enginePath)
    {
        engine = new UnixDomainSocketEndPoint(enginePath);
        Mend();
    }

    public string Endpoint => $"unix://{Path}";

    private string Path => System.IO.Path.Combine(folder, "docker.sock");

    /// <summary>Nobody answers any more, and running requests break.</summary>
    public void Cut()
    {
        listener?.Dispose();
        File.Delete(Path);
        while (open.TryTake(out var socket))
        {
            socket.Dispose();
        }
    }

    public void Mend()
    {
        listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
        _ = Accept(listener);
    }

    public void Dispose()
    {
        Cut();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Accept(Socket accepting)
    {
        try
        {
            while (true)
            {
                var client = await accepting.AcceptAsync();
                var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                open.Add(client);
                open.Add(server);
                await server.ConnectAsync(engine);
                _ = Copy(client, server);
                _ = Copy(server, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private static async Task Copy(Socket from, Socket to)
    {
        try
        {
            await using var source = new NetworkStream(from);
            await using var target = new NetworkStream(to);
            await source.CopyToAsync(target);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
