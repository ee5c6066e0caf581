using System.Globalization;

namespace Skale.NodeAgent.Domain;

/// <summary>The addresses that chain networks are cut from: an IPv4 range such as <c>10.128.0.0/9</c>, in subnets of 8 addresses.</summary>
/// <remarks>The engine's own pools hold about 31 networks; a node may need 128.</remarks>
public sealed record SubnetPool(uint First, int PrefixLength)
{
    private const int SubnetBits = 3;
    private const int SlotsPerNode = 128;

    /// <summary>How many subnets there are.</summary>
    public uint Count => 1u << (32 - PrefixLength - SubnetBits);

    /// <summary>The place where the search for a free subnet of this node and slot begins; several nodes may share one engine.</summary>
    public uint StartFor(long node, int slot) => (uint)(((ulong)node * SlotsPerNode + (ulong)slot) % Count);

    /// <summary>The subnet so many places behind another, round the end.</summary>
    public string Subnet(uint start, uint probe)
    {
        var address = First + (((start + probe) % Count) << SubnetBits);
        return string.Create(CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}/{32 - SubnetBits}");
    }

    /// <summary>Null when the text is no IPv4 range of /8 to /28 whose host bits are zero.</summary>
    public static SubnetPool? Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length != 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length is < 8 or > 28)
        {
            return null;
        }

        uint address = 0;
        var octets = parts[0].Split('.');
        foreach (var octet in octets)
        {
            if (!byte.TryParse(octet, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return null;
            }

            address = (address << 8) | value;
        }

        return octets.Length == 4 && (address & (uint.MaxValue >> length)) == 0 ? new SubnetPool(address, length) : null;
    }
}
