namespace Skale.Docker;

/// <summary>An engine answers, but it and this client share no API version.</summary>
public sealed class DockerVersionException(EngineEndpoint endpoint, string message) : Exception($"Docker Engine at {endpoint}: {message}")
{
    public EngineEndpoint Endpoint => endpoint;
}
