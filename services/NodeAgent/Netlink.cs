using System.Runtime.InteropServices;

namespace Skale.NodeAgent;

/// <summary>Short questions to the kernel about its network, which cost a program of the host a thousand times as much. See netlink(7).</summary>
internal static class Netlink
{
    public const int Route = 0, Netfilter = 12;

    /// <summary>Of a message, in front of what its kind says.</summary>
    public const int HeaderBytes = 16;

    private const ushort RequestWithEcho = 1 | 8; // Some kinds answer nobody but those who ask for an echo.
    private const int Family = 16, RawUntilExec = 3 | 0x80000, DoNotWait = 0x40;
    private const int MostBytes = 4096, AttributeHeaderBytes = 4, Alignment = 4;

    /// <summary>What follows the header of the first message of the answer, which the kernel gives before the sending returns; null when it refuses, and when it has nothing to say.</summary>
    /// <param name="expected">Kind of the answer.</param>
    public static byte[]? Ask(int protocol, ushort kind, ushort expected, ReadOnlySpan<byte> question)
    {
        var message = new byte[HeaderBytes + question.Length];
        BitConverter.TryWriteBytes(message, (uint)message.Length);
        BitConverter.TryWriteBytes(message.AsSpan(4), kind);
        BitConverter.TryWriteBytes(message.AsSpan(6), RequestWithEcho);
        question.CopyTo(message.AsSpan(HeaderBytes));
        var socket = LibC.socket(Family, RawUntilExec, protocol);
        if (socket < 0)
        {
            return null;
        }

        try
        {
            var answer = new byte[MostBytes];
            var length = LibC.send(socket, message, message.Length, 0) == message.Length ? LibC.recv(socket, answer, answer.Length, DoNotWait) : 0;
            return length > HeaderBytes && BitConverter.ToUInt16(answer, 4) == expected ? answer[HeaderBytes..(int)length] : null;
        }
        finally
        {
            _ = LibC.close(socket);
        }
    }

    /// <summary>The value of an attribute; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> attributes, int type)
    {
        while (attributes.Length >= AttributeHeaderBytes)
        {
            var length = BitConverter.ToUInt16(attributes);
            if (length < AttributeHeaderBytes || length > attributes.Length)
            {
                break;
            }

            if (BitConverter.ToUInt16(attributes[2..]) == type)
            {
                return attributes[AttributeHeaderBytes..length];
            }

            attributes = attributes[Math.Min(attributes.Length, (length + Alignment - 1) / Alignment * Alignment)..];
        }

        return [];
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
