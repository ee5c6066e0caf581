using System.Buffers;
using System.Runtime.InteropServices;

namespace Skale.NodeAgent;

/// <summary>Short questions to the kernel about its network, which cost a program of the host a thousand times as much. See netlink(7).</summary>
internal static class Netlink
{
    public const int Route = 0, Netfilter = 12;

    /// <summary>Of a message, in front of what its kind says.</summary>
    public const int HeaderBytes = 16;

    private const ushort Request = 1, Echo = 8, All = 0x300; // Some kinds answer nobody but those who ask for an echo.
    private const ushort Failed = 2, Done = 3, ChangedMeanwhile = 0x10;
    private const int Family = 16, RawUntilExec = 3 | 0x80000, DoNotWait = 0x40;
    private const int MostBytes = 32 * 1024, AttributeHeaderBytes = 4, Alignment = 4;

    /// <summary>Looks at what follows the header of one message; what it keeps it copies.</summary>
    public delegate void Look(ReadOnlySpan<byte> message);

    /// <summary>Looks at one attribute.</summary>
    public delegate void LookAt(int type, ReadOnlySpan<byte> value);

    /// <summary>What follows the header of the first message of the answer, which the kernel gives before the sending returns; null when it refuses, and when it has nothing to say.</summary>
    /// <param name="expected">Kind of the answer.</param>
    public static byte[]? Ask(int protocol, ushort kind, ushort expected, ReadOnlySpan<byte> question)
    {
        byte[]? first = null;
        Converse(protocol, kind, Request | Echo, question, answer =>
        {
            first = BitConverter.ToUInt16(answer[4..]) == expected ? answer[HeaderBytes..].ToArray() : null;
            return false;
        });
        return first;
    }

    /// <summary>Looks at all things of a kind; false when the kernel refuses, or when they changed while it told of them.</summary>
    public static bool List(int protocol, ushort kind, ReadOnlySpan<byte> question, Look look)
    {
        var isWhole = false;
        return Converse(protocol, kind, Request | All, question, answer =>
        {
            var (type, flags) = (BitConverter.ToUInt16(answer[4..]), BitConverter.ToUInt16(answer[6..]));
            if (type is Failed or Done || (flags & ChangedMeanwhile) != 0)
            {
                isWhole = type == Done && (flags & ChangedMeanwhile) == 0;
                return false;
            }

            look(answer[HeaderBytes..]);
            return true;
        }) && isWhole;
    }

    /// <summary>The value of an attribute; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> attributes, int type)
    {
        for (; LengthOf(attributes) is > 0 and var length; attributes = After(attributes, length))
        {
            if (TypeOf(attributes) == type)
            {
                return attributes[AttributeHeaderBytes..length];
            }
        }

        return [];
    }

    public static void Attributes(ReadOnlySpan<byte> attributes, LookAt look)
    {
        for (; LengthOf(attributes) is > 0 and var length; attributes = After(attributes, length))
        {
            look(TypeOf(attributes), attributes[AttributeHeaderBytes..length]);
        }
    }

    /// <summary>An attribute as a message holds it.</summary>
    public static byte[] NewAttribute(int type, ReadOnlySpan<byte> value)
    {
        var bytes = new byte[Aligned(AttributeHeaderBytes + value.Length)];
        BitConverter.TryWriteBytes(bytes, (ushort)(AttributeHeaderBytes + value.Length));
        BitConverter.TryWriteBytes(bytes.AsSpan(2), (ushort)type);
        value.CopyTo(bytes.AsSpan(AttributeHeaderBytes));
        return bytes;
    }

    /// <summary>Of the first attribute with its header, in bytes; 0 when there is none, and when it is torn.</summary>
    private static int LengthOf(ReadOnlySpan<byte> attributes) =>
        attributes.Length >= AttributeHeaderBytes && BitConverter.ToUInt16(attributes) is var length && length >= AttributeHeaderBytes && length <= attributes.Length ? length : 0;

    /// <summary>Without the two highest bits, which say how the value is to be read: that is known.</summary>
    private static int TypeOf(ReadOnlySpan<byte> attributes) => BitConverter.ToUInt16(attributes[2..]) & 0x3fff;

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> messages, int length) => messages[Math.Min(messages.Length, Aligned(length))..];

    private static int Aligned(int bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Sends, and hands over each message of the answer until that says to stop; false when there is nothing more before it does.</summary>
    private static bool Converse(int protocol, ushort kind, int flags, ReadOnlySpan<byte> question, Func<ReadOnlySpan<byte>, bool> goesOn)
    {
        var message = new byte[HeaderBytes + question.Length];
        BitConverter.TryWriteBytes(message, (uint)message.Length);
        BitConverter.TryWriteBytes(message.AsSpan(4), kind);
        BitConverter.TryWriteBytes(message.AsSpan(6), (ushort)flags);
        question.CopyTo(message.AsSpan(HeaderBytes));
        var socket = LibC.socket(Family, RawUntilExec, protocol);
        if (socket < 0)
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(MostBytes);
        try
        {
            if (LibC.send(socket, message, message.Length, 0) != message.Length)
            {
                return false;
            }

            // Whatever is asked has been answered by the time that sending or receiving returns.
            while (LibC.recv(socket, buffer, MostBytes, DoNotWait) is var received and > 0)
            {
                for (ReadOnlySpan<byte> rest = buffer.AsSpan(0, (int)received); rest.Length >= HeaderBytes; rest = After(rest, BitConverter.ToInt32(rest)))
                {
                    if (BitConverter.ToInt32(rest) is var length && (length < HeaderBytes || length > rest.Length))
                    {
                        return false;
                    }

                    if (!goesOn(rest[..length]))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _ = LibC.close(socket);
        }
    }

    private static class LibC
    {
#pragma warning disable SYSLIB1054, CA5392, IDE1006 // .NET's sockets do not know this family.
        [DllImport("libc")]
        public static extern int socket(int family, int type, int protocol);

        [DllImport("libc")]
        public static extern nint send(int socket, byte[] message, nint length, int flags);

        [DllImport("libc")]
        public static extern nint recv(int socket, byte[] buffer, nint length, int flags);

        [DllImport("libc")]
        public static extern int close(int socket);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
    }
}
