using System.Text.Json;
using Skale.Contracts;
using Skale.Docker;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.NodeAgent;

/// <summary>Orders of the machine's operator about a chain's data. <see cref="File"/> is a path on the agent's machine.</summary>
/// <param name="Generation">Of the subnode whose data is meant; a backup needs none.</param>
public sealed record DataOrder(ChainName Chain, string? File = null, long? Generation = null);

/// <summary>
/// Where only the machine's own operator can reach the agent: a Unix domain socket, mode 0600, in a folder that is root's alone. HTTP, as everywhere:
/// <c>curl --unix-socket</c> works. Nothing of it is served anywhere else.
/// </summary>
internal sealed partial class OperatorSocket(ReconcileLoop loop, string path, ILogger<OperatorSocket> logger) : BackgroundService
{
    public const string Backup = "/backup", Restore = "/restore", Wipe = "/wipe";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Of one agent, in the folder of all agents of the machine.</summary>
    public static string PathOf(string folder, string network, NodeId node) => Path.Combine(folder, $"{network}-{node}.sock");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (loop.Repairs is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, Owner);
            File.Delete(path);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path));
            await using var app = builder.Build();
            app.Run(Answer);
            await app.StartAsync(stoppingToken);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or System.Net.Sockets.SocketException)
        {
            LogClosed(logger, loop.Node, path, e.Message);
        }
    }

    private async Task Answer(HttpContext http)
    {
        try
        {
            if (http.Request.Method != HttpMethods.Post)
            {
                throw new RepairRefusedException(Refusal.NotFound, $"Only POST {Backup}, {Restore} and {Wipe} are answered here.");
            }

            var order = await http.Request.ReadFromJsonAsync<DataOrder>(http.RequestAborted) ?? throw new RepairRefusedException(Refusal.BadInput, "The order is null.");
            await http.Response.WriteAsJsonAsync(await Carry(http.Request.Path, order));
        }
        catch (RepairRefusedException e)
        {
            await Refuse(http, e.Refusal, e.Message);
        }
        catch (ImpossibleInputException e)
        {
            await Refuse(http, Refusal.Conflict, e.Message);
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            await Refuse(http, Refusal.BadInput, e.Message);
        }
        catch (Exception e) when (e is StepRefusedException or DockerException or DockerUnavailableException or HostToolException or IOException or UnauthorizedAccessException)
        {
            await Refuse(http, Refusal.Failed, e.Message);
        }
    }

    private async Task<object> Carry(string path, DataOrder order)
    {
        var repairs = loop.EngineTrouble is { } trouble ? throw new RepairRefusedException(Refusal.Failed, $"The Docker Engine cannot be worked with: {trouble}")
            : loop.Repairs ?? throw new RepairRefusedException(Refusal.Failed, "This agent only rehearses: its chains have no data.");
        LogOrder(logger, loop.Node, order.Chain, path[1..], order.Generation);
        return path switch
        {
            Backup => await repairs.BackUp(order.Chain, File(), InTurn),
            Restore => await repairs.Restore(order.Chain, File(), Generation(), InTurn),
            Wipe => new DataOrder(order.Chain, null, await repairs.Wipe(order.Chain, Generation(), InTurn) ? order.Generation : null),
            _ => throw new RepairRefusedException(Refusal.NotFound, $"There is no {path} here, but {Backup}, {Restore} and {Wipe}."),
        };

        string File() => order.File ?? throw new RepairRefusedException(Refusal.BadInput, "file is missing: the whole path of the backup on this machine.");
        long Generation() => order.Generation ?? throw new RepairRefusedException(Refusal.BadInput, "generation is missing: that of the subnode whose data is meant.");
        Task InTurn(Func<Task> work) => loop.InTurn(order.Chain, work);
    }

    private static async Task Refuse(HttpContext http, Refusal refusal, string reason)
    {
        http.Response.StatusCode = refusal switch
        {
            Refusal.BadInput => StatusCodes.Status400BadRequest,
            Refusal.NotFound => StatusCodes.Status404NotFound,
            Refusal.Conflict => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        await http.Response.WriteAsJsonAsync(new { title = $"{refusal}", detail = reason });
    }

    [LoggerMessage(LogLevel.Warning, "Node {Node}, chain {Chain}: its operator orders {Order}, generation {Generation}.")]
    private static partial void LogOrder(ILogger logger, NodeId node, ChainName chain, string order, long? generation);

    [LoggerMessage(LogLevel.Warning, "Node {Node}: backups, restores and wipes cannot be ordered, {Path} cannot be opened: {Reason} Set NodeAgent:SocketFolder to a folder that this agent may make files in.")]
    private static partial void LogClosed(ILogger logger, NodeId node, string path, string reason);
}
