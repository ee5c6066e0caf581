namespace Skale.Hosting;

/// <summary>Whether and with what the logs of this process are sealed (section <c>Seal</c>).</summary>
public sealed class SealOptions
{
    /// <summary>
    /// Folder of private keys, <c>LOG.key</c> for each log of this process (<c>skale audit keygen</c>). Unset: nothing is sealed. To rotate, name the key in use
    /// <c>LOG.previous.key</c>, put the new one in its place, and restart.
    /// </summary>
    public string? Keys { get; set; }

    /// <summary>Folder for the newest checkpoint of each log, <c>LOG.checkpoint</c>; best on another disk or machine than the log. Unset: none is written.</summary>
    public string? Checkpoints { get; set; }

    /// <summary>Make a key that is missing: for development, where nobody else is to trust it.</summary>
    public bool CreateKeys { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (Keys is null && (Checkpoints is not null || CreateKeys))
        {
            yield return "Seal:Keys is not set, so Seal:Checkpoints and Seal:CreateKeys have no effect. Set it to the folder of the keys, or remove the others.";
        }

        if (Keys is not null && !CreateKeys && !Directory.Exists(Keys))
        {
            yield return $"Seal:Keys: there is no folder {Keys}. Make it, with a key for each log (skale audit keygen).";
        }
    }

    internal string KeyOf(string log) => Path.Combine(Keys!, $"{log}.key");

    internal string PreviousKeyOf(string log) => Path.Combine(Keys!, $"{log}.previous.key");

    internal string? CheckpointOf(string log) => Checkpoints is null ? null : Path.Combine(Checkpoints, $"{log}.checkpoint");
}
