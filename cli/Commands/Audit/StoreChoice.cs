using System.CommandLine;
using Npgsql;
using Skale.Cli.Embedded;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary>
/// Which log an audit command reads, and that it only reads: <c>--journal</c> or <c>--postgres</c>, else the services' own variables, else the log of
/// <c>skale up</c> in this folder. Its writer may be at work.
/// </summary>
internal static class StoreChoice
{
    public const string DefaultLog = Scheduler.SchedulerSetup.Name;

    private static readonly Option<string?> Journal = new("--journal") { Description = "A folder of logs, one log's folder, or an export (or Store__Journal). Default: the logs of 'skale up' in this folder." };
    private static readonly Option<string?> Postgres = new("--postgres") { Description = "Connection string of a role that may read the logs (or Store__Postgres)." };
    private static readonly Option<string?> Log = new("--log") { Description = $"Name of the log: {DefaultLog}, {ChainWatcher.ChainWatcherSetup.Name}, node-ID. Default: {DefaultLog}." };

    /// <summary>The command with the options that choose a log.</summary>
    /// <param name="name">The argument that names the log, instead of <c>--log</c>.</param>
    public static Command WithStore(this Command command, Argument<string>? name = null)
    {
        command.Add(Journal);
        command.Add(Postgres);
        if (name is null)
        {
            command.Add(Log);
        }

        return command;
    }

    /// <summary>Opens the chosen log and runs a command on it, which gives the exit code; errors become a message and an exit code.</summary>
    /// <param name="name">The argument that names the log; --log when left out.</param>
    public static Task<int> Run(ParseResult arguments, Func<IEventLog, Task<int>> command, CancellationToken cancellation, Argument<string>? name = null) => Run(
        async () =>
        {
            await using var log = await Open(arguments, name is null ? LogName(arguments) : arguments.GetValue(name), cancellation);
            return await command(log);
        },
        cancellation);

    /// <summary>Runs a command that opens no log.</summary>
    public static async Task<int> Run(Func<Task<int>> command, CancellationToken cancellation)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return await Fail("Stopped before the end; nothing was concluded.", ExitCodes.Failed);
        }
        catch (Exception e) when (CodeOf(e) is { } code)
        {
            return await Fail(e.Message, code);
        }
    }

    /// <summary>An argument or option is wrong.</summary>
    public sealed class BadChoiceException(string message) : Exception(message);

    /// <summary>What was asked about is not there.</summary>
    public sealed class NotThereException(string message, Exception? inner = null) : Exception(message, inner);

    /// <summary>Where the logs are kept, as chosen: exactly one of the two.</summary>
    /// <exception cref="BadChoiceException">Both or neither are given.</exception>
    public static StoreOptions Place(ParseResult arguments)
    {
        var (journal, postgres) = (arguments.GetValue(Journal), arguments.GetValue(Postgres));
        if (journal is null && postgres is null)
        {
            (journal, postgres) = (Variable("Store__Journal"), Variable("Store__Postgres"));
        }

        var embedded = Path.Combine(EmbeddedOptions.DefaultData, EmbeddedOptions.LogsFolder);
        return (journal, postgres) switch
        {
            (not null, not null) => throw new BadChoiceException("Both a journal and PostgreSQL are given: choose one of --journal (or Store__Journal) and --postgres (or Store__Postgres)."),
            (null, null) when !Directory.Exists(embedded) =>
                throw new BadChoiceException($"Which log? Give --journal FOLDER or --postgres CONNECTION-STRING (or Store__Journal, Store__Postgres), or run this where {EmbeddedOptions.DefaultData} of 'skale up' is."),
            (null, null) => new StoreOptions { Journal = embedded },
            _ => new StoreOptions { Journal = journal, Postgres = postgres },
        };
    }

    /// <summary>The log that the command names; null for none.</summary>
    public static string? LogName(ParseResult arguments) => arguments.GetValue(Log);

    /// <summary>Tells apart, of what opening a log throws, the asker's mistakes and what is not there.</summary>
    public static async Task<T> Opening<T>(Func<Task<T>> open)
    {
        try
        {
            return await open();
        }
        catch (ArgumentException e)
        {
            throw new BadChoiceException(e.Message);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new NotThereException(e.Message, e);
        }
    }

    private static async Task<IEventLog> Open(ParseResult arguments, string? log, CancellationToken cancellation) => Place(arguments) switch
    {
        { Postgres: { } connection } => await Opening(() => PostgresLog.OpenReader(connection, log ?? DefaultLog, null, cancellation)),
        var place => OpenJournal(place.Journal!, log),
    };

    /// <summary>A folder with segments is a log itself: the one it is named after, when that is a name of ours.</summary>
    private static JournalLog OpenJournal(string folder, string? name)
    {
        if (!Directory.Exists(folder))
        {
            throw new NotThereException($"There is no folder {Path.GetFullPath(folder)}.");
        }

        if (HoldsSegments(folder))
        {
            var own = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            return JournalLog.OpenReader(folder, name ?? (LogRules.Knows(own) ? own : DefaultLog));
        }

        var log = name ?? DefaultLog;
        return Directory.Exists(Path.Combine(folder, log)) ? JournalLog.OpenReader(Path.Combine(folder, log), log) : throw NoSuchLog(folder, log);
    }

    private static NotThereException NoSuchLog(string folder, string log)
    {
        string[] there = [.. Directory.EnumerateDirectories(folder).Where(HoldsSegments).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        return new NotThereException($"{Path.GetFullPath(folder)} holds no log '{log}'. {(there.Length == 0 ? "It holds no log at all." : $"There are: {string.Join(", ", there)} (--log NAME).")}");
    }

    private static bool HoldsSegments(string folder) => Directory.EnumerateFiles(folder, "*.jsonl").Any();

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int? CodeOf(Exception e) => e switch
    {
        BadChoiceException or FolderNotEmptyException => ExitCodes.BadInput,
        NotThereException or DirectoryNotFoundException => ExitCodes.NotFound,
        JournalCorruptException or DigestMissingException or SealException or WriterFencedException => ExitCodes.LogLost,
        PostgresException => ExitCodes.Failed,
        NpgsqlException or TimeoutException or CommitUnknownException => ExitCodes.Unreachable,
        NotProvenException or RestoreException or UnreadableEventException or LogHeldException or IOException or UnauthorizedAccessException => ExitCodes.Failed,
        _ => null,
    };

    private static async Task<int> Fail(string message, int code)
    {
        await Console.Error.WriteLineAsync(message);
        return code;
    }
}
