namespace Skale.Hosting;

/// <summary>Exit codes of every Skale.Services process; <c>docs/operations.md</c> lists them for operators.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The command failed; the message says why.</summary>
    public const int Failed = 1;

    /// <summary>Options or arguments are wrong; all problems are listed.</summary>
    public const int BadInput = 2;

    /// <summary>Something the command needs does not answer: an endpoint, the store, the Docker Engine.</summary>
    public const int Unreachable = 3;

    /// <summary>The log was taken over by a newer writer, or is damaged.</summary>
    public const int LogLost = 4;

    /// <summary>What was asked about does not exist.</summary>
    public const int NotFound = 5;

    /// <summary>
    /// The Ethereum endpoint does not serve what is to be watched: another chain id or genesis than expected or recorded, no contract at the address, or a
    /// history that was rewritten deeper than the watcher remembers.
    /// </summary>
    public const int WrongChain = 6;
}
