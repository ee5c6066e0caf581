using Skale.EventStore;

namespace Skale.Cli.Commands.Audit;

/// <summary>Files and keys that the asker gives: what is wrong with them is his to mend, not the log's.</summary>
internal static class GivenFile
{
    public static byte[] Bytes(string file) => File.Exists(file) ? File.ReadAllBytes(file) : throw Missing(file);

    /// <summary>The signed notes of a file.</summary>
    public static List<SignedNote> Notes(string file) => Wrong(() => File.Exists(file) ? NoteReader.Read(file).ToList() : throw Missing(file));

    /// <summary>The one checkpoint in a file.</summary>
    public static SignedNote Checkpoint(string file) => Wrong(() =>
    {
        var notes = Notes(file);
        if (notes.Count != 1)
        {
            throw new StoreChoice.BadChoiceException($"{file} holds {notes.Count} signed notes; give a file with one checkpoint.");
        }

        EventStore.Checkpoint.Parse(notes[0]);
        return notes[0];
    });

    /// <summary>A verifier key, or a file with one; null for none.</summary>
    public static VerifierKey? Key(string? text) => text is null ? null : Wrong(() =>
        File.Exists(text) ? VerifierKey.Parse(File.ReadAllText(text).TrimEnd('\n'), text, 1) : VerifierKey.Parse(text, "--key"));

    public static T Wrong<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SealException e)
        {
            throw new StoreChoice.BadChoiceException(e.Message);
        }
    }

    private static StoreChoice.NotThereException Missing(string file) => new($"There is no file {Path.GetFullPath(file)}.");
}
