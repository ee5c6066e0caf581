using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>The private key of a log, and how its history of keys begins and goes on.</summary>
internal static class SealKeys
{
    /// <exception cref="SealException">There is no usable key.</exception>
    public static SealingKey Load(string log, SealOptions options)
    {
        var file = options.KeyOf(log);
        if (options.CreateKeys && !File.Exists(file))
        {
            Directory.CreateDirectory(options.Keys!);
            using var created = SealingKey.Create($"skale.local/{log}");
            created.Save(file);
        }

        return SealingKey.Load(file);
    }

    /// <summary>The history with the loaded key as the one in use: as it is, begun, or rotated with the previous key.</summary>
    /// <param name="from">The smallest tree that the loaded key may sign, should it be new.</param>
    /// <exception cref="SealException">The loaded key is a new one, and the previous one is not there to vouch for it.</exception>
    public static KeyHistory Continue(string log, SealOptions options, KeyHistory? known, SealingKey loaded, long from)
    {
        if (known is null)
        {
            return KeyHistory.Begin(loaded);
        }

        if (known.Current.Equals(loaded.Verifier))
        {
            return known;
        }

        var previous = options.PreviousKeyOf(log);
        if (!File.Exists(previous))
        {
            throw new SealException(
                options.KeyOf(log), 0, $"is not the key in use, which is {known.Current}", $"Put the key in use back, or, to rotate, place it beside as {Path.GetFileName(previous)}.");
        }

        using var old = SealingKey.Load(previous);
        return known.Rotate(old, loaded, from);
    }
}
