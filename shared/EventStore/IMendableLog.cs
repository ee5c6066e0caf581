namespace Skale.EventStore;

/// <summary>A log that writes nothing any more after an error of its disk, until somebody has it look what became of the last append.</summary>
public interface IMendableLog
{
    /// <summary>Goes on behind the last whole commit, which may be that of the append that failed. Nothing when it has not failed. Not while an append is under way.</summary>
    Task Mend(CancellationToken cancellation = default);
}
