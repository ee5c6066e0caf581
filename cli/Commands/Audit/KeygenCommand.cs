using System.CommandLine;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit keygen</c>: makes the key that seals a log.</summary>
internal static class KeygenCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--out") { Description = "New file for the private key; the verifier key goes beside it, with .pub behind the name.", Required = true };
        var name = new Option<string>("--name") { Description = "Origin of the log the key seals, such as example.org/skale/scheduler.", Required = true };
        var keygen = new Command("keygen", "Make a key that signs a log's checkpoints. The private key is readable by its owner only, and never overwritten.") { file, name };
        keygen.SetAction((arguments, cancellation) => StoreChoice.Run(() => Make(arguments.GetValue(file)!, arguments.GetValue(name)!), cancellation));
        return keygen;
    }

    private static async Task<int> Make(string file, string name)
    {
        var verifierFile = $"{file}.pub";
        if (!VerifierKey.IsName(name))
        {
            throw new StoreChoice.BadChoiceException($"'{name}' cannot name a key: 1 to 200 characters without white space or '+', for example example.org/skale/scheduler (--name).");
        }

        if (File.Exists(file) || File.Exists(verifierFile))
        {
            throw new StoreChoice.BadChoiceException($"{(File.Exists(file) ? file : verifierFile)} exists, and a key is never overwritten: give another name (--out).");
        }

        using var key = SealingKey.Create(name);
        key.Save(file);
        await File.WriteAllTextAsync(verifierFile, $"{key.Verifier}\n");
        Console.WriteLine(key.Verifier);
        await Console.Error.WriteLineAsync($"The private key is in {file}: nobody else may have it. Give the line above ({verifierFile}) to auditors, on a way of its own.");
        return ExitCodes.Done;
    }
}
