using System.Net.Sockets;

namespace Skale.Docker;

/// <summary>No engine answers at the endpoint, or it stopped answering. Nothing is known about whether the request was carried out.</summary>
public sealed class DockerUnavailableException(EngineEndpoint endpoint, string reason, Exception? cause = null)
    : Exception($"No Docker Engine answers at {endpoint}: {reason}", cause)
{
    public EngineEndpoint Endpoint => endpoint;

    internal static DockerUnavailableException From(EngineEndpoint endpoint, Exception cause) =>
        new(endpoint, Reason(endpoint, cause), cause);

    private static string Reason(EngineEndpoint endpoint, Exception cause)
    {
        if (Find(cause) is not { } socket)
        {
            return $"the connection broke ({cause.Message}). See the engine's log (journalctl -u docker).";
        }

        if (endpoint.SocketPath is { } path)
        {
            return socket.SocketErrorCode switch
            {
                SocketError.AccessDenied => $"this user may not open {path}. Add it to the group docker or run as root.",
                _ when !File.Exists(path) => $"{path} does not exist. Start the engine (systemctl start docker, or dockerd) or set DOCKER_HOST.",
                _ => $"nothing listens on {path} ({socket.Message}). Start the engine (systemctl start docker, or dockerd) or set DOCKER_HOST.",
            };
        }

        return $"{socket.Message}. Check the address, and that the engine listens there (dockerd -H tcp://...).";
    }

    private static SocketException? Find(Exception? cause)
    {
        for (; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
            {
                return socket;
            }
        }

        return null;
    }
}
