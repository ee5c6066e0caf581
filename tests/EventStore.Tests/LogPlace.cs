using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>Where one log lives: what a second process needs to know to open the same one.</summary>
internal abstract class LogPlace
{
    /// <summary>Opens it for writing; from a writer in PostgreSQL that is at work it takes it.</summary>
    public abstract Task<IEventLog> OpenWriter();

    /// <summary>Opens it for a process that writes it when its turn comes.</summary>
    public abstract Task<IStandbyLog> OpenStandby();

    public abstract Task<IEventLog> OpenReader();

    /// <summary>A text from which <see cref="At"/> makes the same place.</summary>
    public abstract string Address { get; }

    public static LogPlace At(string address) => address.Split('|') switch
    {
        ["journal", var folder] => new JournalPlace(folder),
        ["postgres", var log, var service] => new PostgresPlace(log, service),
        _ => throw new ArgumentException($"'{address}' is no place of a log."),
    };
}

internal sealed class JournalPlace(string folder) : LogPlace
{
    private static readonly Lazy<string> AllFolders = new(() => Repository.NewFolder("journals"));
    private static int folders;

    /// <summary>A new empty folder, gone when the test program ends.</summary>
    public JournalPlace()
        : this(Directory.CreateDirectory(Path.Combine(AllFolders.Value, $"{Interlocked.Increment(ref folders)}")).FullName)
    {
    }

    public string Folder => folder;

    public List<string> Warnings { get; } = [];

    public override string Address => $"journal|{folder}";

    public override Task<IEventLog> OpenWriter() => Task.FromResult<IEventLog>(Open());

    public override Task<IStandbyLog> OpenStandby() => Task.FromResult<IStandbyLog>(JournalLog.OpenStandby(folder, "scheduler"));

    public override Task<IEventLog> OpenReader() => Task.FromResult<IEventLog>(JournalLog.OpenReader(folder, "scheduler"));

    public JournalLog Open(long segmentBytes = 4096) =>
        JournalLog.Open(folder, "scheduler", new JournalOptions { SegmentBytes = segmentBytes, Warn = Warnings.Add });
}

internal sealed class PostgresPlace(string log, string service) : LogPlace
{
    public string Log => log;

    public string Service => service;

    public override string Address => $"postgres|{log}|{service}";

    /// <summary>Puts out the writer there is, and waits until it has given up its turn.</summary>
    public override async Task<IEventLog> OpenWriter()
    {
        var (opened, refusal) = await TryOpen();
        await Wait.Until($"the turn to write {log}", async () =>
        {
            (opened, refusal) = opened is null && refusal is LogHeldException ? await TryOpen() : (opened, refusal);
            return opened is not null || refusal is not LogHeldException;
        }, TimeSpan.FromSeconds(60));
        return opened ?? throw refusal!;
    }

    public override async Task<IStandbyLog> OpenStandby() => await PostgresLog.OpenReader(service, log);

    public override async Task<IEventLog> OpenReader() => await PostgresLog.OpenReader(service, log);

    private async Task<(IEventLog? Opened, Exception? Refusal)> TryOpen()
    {
        try
        {
            return (await PostgresLog.Open(service, log), null);
        }
        catch (LogHeldException e)
        {
            await PostgresLog.Fence(service, log);
            return (null, e);
        }
        catch (Exception e)
        {
            return (null, e);
        }
    }
}
