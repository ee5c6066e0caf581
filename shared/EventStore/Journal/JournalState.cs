using System.Runtime.InteropServices;
using System.Text;

namespace Skale.EventStore;

/// <summary>
/// What the one writer of a journal must know to accept or refuse, and to link: of each stream the version and the digest of its last event, and the
/// fingerprint of every event id.
/// </summary>
/// <param name="isStored">Looks an id up in the files, up to a position: asked only when its fingerprint is known, so nearly always when it is stored indeed.</param>
internal sealed class JournalState(string log, Func<Guid, long, bool> isStored)
{
    private readonly Dictionary<string, Tip> tips = [];
    private readonly Fingerprints ids = new();
    private readonly HashSet<Guid> pending = [];

    /// <summary>Where a stream ends; the digest is that of its last event.</summary>
    public sealed class Tip(string stream)
    {
        private MerkleHash digest;

        public string Stream => stream;

        public long Version { get; set; }

        public Span<byte> Digest => MemoryMarshal.AsBytes(new Span<MerkleHash>(ref digest));
    }

    public IReadOnlyDictionary<string, Tip> Tips => tips;

    /// <summary>Position of the last event taken in for good.</summary>
    public long Head { get; set; }

    /// <summary>Takes all events of an append in, or none; <see cref="Stored"/> makes it final.</summary>
    public void Accept(IReadOnlyList<NewEvent> events)
    {
        foreach (var e in events)
        {
            if (pending.Contains(e.Id) || IsStored(e.Id))
            {
                throw new DuplicateEventException(log, e.Id);
            }
        }

        for (var i = 0; i < events.Count; i++)
        {
            var tip = TipOf(events[i].Stream);
            if (events[i].Version != tip.Version + 1)
            {
                var (expected, actual) = (events[i].Version - 1, tip.Version);
                Forget(events, i);
                throw new VersionConflictException(log, events[i].Stream, expected, actual);
            }

            tip.Version++;
        }

        foreach (var e in events)
        {
            pending.Add(e.Id);
        }
    }

    /// <summary>The accepted appends are in the files, up to a position.</summary>
    public void Stored(long head)
    {
        foreach (var id in pending)
        {
            ids.Add(Fingerprints.Of(id));
        }

        pending.Clear();
        Head = head;
    }

    public void Clear()
    {
        tips.Clear();
        ids.Clear();
        Head = 0;
    }

    public bool IsStored(Guid id) => ids.Contains(Fingerprints.Of(id)) && isStored(id, Head);

    /// <summary>Takes in what an opened segment tells of its own events.</summary>
    public void Know(ulong fingerprint) => ids.Add(fingerprint);

    public Tip TipOf(string stream)
    {
        ref var tip = ref CollectionsMarshal.GetValueRefOrAddDefault(tips, stream, out _);
        return tip ??= new Tip(stream);
    }

    /// <summary>The tip of a stream, without a new string for a known one.</summary>
    public Tip TipOf(ReadOnlySpan<byte> escapedName)
    {
        var text = escapedName.Length <= 512 ? stackalloc char[escapedName.Length] : new char[escapedName.Length];
        text = text[..Encoding.UTF8.GetChars(escapedName, text)];
        return !text.Contains('\\') && tips.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known) ? known : TipOf(EventLineParser.Unescape(escapedName));
    }

    private void Forget(IReadOnlyList<NewEvent> events, int count)
    {
        for (var i = 0; i < count; i++)
        {
            TipOf(events[i].Stream).Version--;
        }
    }
}
