using System.Collections.Immutable;
using System.Numerics;

namespace Skale.Ethereum.Tests;

/// <summary>Random types with random values of them.</summary>
internal static class AbiSamples
{
    public static (AbiType Type, AbiValue Value) Any(Random random, int depth)
    {
        var (name, components) = AnyType(random, depth);
        var type = AbiType.Parse(name, components);
        return (type, AnyValue(type, random));
    }

    private static (string Name, ImmutableArray<AbiParameter> Components) AnyType(Random random, int depth)
    {
        switch (random.Next(depth == 0 ? 7 : 10))
        {
            case 0:
                return ($"uint{8 * random.Next(1, 33)}", []);
            case 1:
                return ($"int{8 * random.Next(1, 33)}", []);
            case 2:
                return ("address", []);
            case 3:
                return ("bool", []);
            case 4:
                return ($"bytes{random.Next(1, 33)}", []);
            case 5:
                return ("bytes", []);
            case 6:
                return ("string", []);
            case 7:
                var (element, parts) = AnyType(random, depth - 1);
                return ($"{element}[]", parts);
            case 8:
                var (member, inner) = AnyType(random, depth - 1);
                return ($"{member}[{random.Next(1, 4)}]", inner);
            default:
                var components = Enumerable.Range(0, random.Next(1, 4)).Select(i => AnyType(random, depth - 1) is var (name, nested) ? new AbiParameter($"c{i}", AbiType.Parse(name, nested)) : null!);
                return ("tuple", [.. components]);
        }
    }

    private static AbiValue AnyValue(AbiType type, Random random) => type.Kind switch
    {
        AbiKind.UInt => new BigInteger(Bytes(random, random.Next(1, (type.Size / 8) + 1)), isUnsigned: true),
        AbiKind.Int => new BigInteger(Bytes(random, random.Next(1, (type.Size / 8) + 1)), isUnsigned: false),
        AbiKind.Address => Hex.Encode(Bytes(random, 20)),
        AbiKind.Bool => random.Next(2) == 1,
        AbiKind.FixedBytes => Hex.Encode(Bytes(random, type.Size)),
        AbiKind.Bytes => Hex.Encode(Bytes(random, random.Next(70))),
        AbiKind.Text => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => "aZ-9 äß€"[random.Next(8)])),
        AbiKind.Array => Many(type.Element!, random.Next(4), random),
        AbiKind.FixedArray => Many(type.Element!, type.Size, random),
        _ => AbiValue.List([.. type.Components.Select(c => AnyValue(c.Type, random))]),
    };

    private static AbiValue Many(AbiType element, int count, Random random) => AbiValue.List([.. Enumerable.Range(0, count).Select(_ => AnyValue(element, random))]);

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
