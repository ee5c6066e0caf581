namespace Skale.EventStore.Tests;

/// <summary>One good export for all tests that spoil copies of it: 70 events in three streams, checkpoints at 20, 41 and 60, the key rotated behind 20.</summary>
public sealed class SealedExport : IAsyncLifetime
{
    public static readonly long[] Sizes = [20, 41, 60];

    public string Folder { get; private set; } = "";

    /// <summary>From position 33 on.</summary>
    public string Part { get; private set; } = "";

    internal SealingKey Key { get; private set; } = null!;

    internal KeyHistory Keys { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await using var log = await new JournalPlace().OpenWriter();
        Key = await SealedLog.Fill(log, SealedLog.Events(70), Sizes);
        Keys = (await log.Evidence.LoadKeys())!;
        Folder = await SealedLog.Export(log, segmentBytes: long.MaxValue);
        Part = await SealedLog.Export(log, after: 33, segmentBytes: 5000);
    }

    public ValueTask DisposeAsync()
    {
        Key.Dispose();
        return ValueTask.CompletedTask;
    }

    internal Forgery NewForgery() => new(SealedLog.Copy(Folder));

    /// <summary>The checkpoint of a size, in a file of its own, as an auditor keeps it.</summary>
    internal string Held(long size)
    {
        var file = SealedLog.NewFolder();
        File.WriteAllBytes(file, NoteReader.Read(Path.Combine(Folder, "seals")).Single(note => Checkpoint.Parse(note).Size == size).ToBytes());
        return file;
    }
}
