using System.Text;
using MassTransit;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Checks the signed note in a header of a received message.</summary>
internal static class SignedHeader
{
    /// <summary>The note, of which nothing is believed yet.</summary>
    /// <param name="unsigned">What to do when there is none.</param>
    /// <exception cref="SignatureRefusedException">There is none.</exception>
    public static SignedNote Read<T>(ConsumeContext<T> context, string header, string unsigned)
        where T : class
    {
        if (context.Headers.Get<string>(header) is not { Length: > 0 } text)
        {
            throw Refused(SignatureRefusedException.Unsigned, context, $"is not signed. {unsigned}");
        }

        try
        {
            return SignedNote.Parse(Encoding.UTF8.GetBytes(text), $"header {header}");
        }
        catch (SealException e)
        {
            throw Refused(SignatureRefusedException.Forged, context, $"has a signature that is none: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Nothing when the note is about this message, and signed with one of the keys.</summary>
    /// <param name="found">The lines that the message must have been signed with.</param>
    /// <exception cref="SignatureRefusedException">It is not.</exception>
    public static void Require<T>(ConsumeContext<T> context, SignedNote signed, Func<IReadOnlyList<string>> found, IReadOnlyList<VerifierKey> keys)
        where T : class
    {
        if (!signed.Lines.SequenceEqual(Found(context, found)))
        {
            throw Refused(SignatureRefusedException.Forged, context, $"is not what was signed: {string.Join(", ", signed.Lines)}");
        }

        if (!keys.Any(k => IsBy(k, signed)))
        {
            throw Refused(SignatureRefusedException.Forged, context, $"is not signed by {string.Join(" or ", keys.Select(Named))} but by {string.Join(", ", signed.Signatures.Select(s => $"{s.KeyName}+{s.KeyId:x8}"))}");
        }
    }

    public static SignatureRefusedException Refused<T>(string kind, ConsumeContext<T> context, string what)
        where T : class => new(kind, $"{typeof(T).Name} {context.MessageId} {what}.");

    /// <summary>With its id: keys of one name follow one another.</summary>
    private static string Named(VerifierKey key) => $"{key.Name}+{key.Id:x8}";

    private static bool IsBy(VerifierKey key, SignedNote signed)
    {
        try
        {
            signed.RequireSignatures(key);
            return true;
        }
        catch (SealException)
        {
            return false;
        }
    }

    private static IReadOnlyList<string> Found<T>(ConsumeContext<T> context, Func<IReadOnlyList<string>> found)
        where T : class
    {
        try
        {
            return found();
        }
        catch (FormatException e)
        {
            throw Refused(SignatureRefusedException.Forged, context, $"is no message of ours: {e.Message}");
        }
    }
}
