namespace Skale.EventStore;

/// <summary>How a state becomes bytes and comes back; pure.</summary>
public interface ISnapshotCodec<TState>
{
    /// <summary>Whatever changes when the bytes, or the rules that the state was folded by, may mean something else: a snapshot of another format is not read.</summary>
    string Format { get; }

    /// <summary>A copy that stays as it is while the state goes on, to be written elsewhere. The log waits for it, so it should be quick.</summary>
    TState Fork(TState state);

    void Write(PackWriter pack, TState state);

    /// <summary>A state from which everything goes on as from the one that was written.</summary>
    TState Read(PackReader pack);
}
