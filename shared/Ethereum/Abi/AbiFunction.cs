using System.Collections.Immutable;

namespace Skale.Ethereum;

/// <summary>The description of one function: how to call it and how to read what it returns.</summary>
public sealed class AbiFunction
{
    private readonly byte[] selector;
    private readonly int headBytes;

    public AbiFunction(string name, ImmutableArray<AbiParameter> inputs, ImmutableArray<AbiParameter> outputs)
    {
        (Name, Inputs, Outputs) = (name, inputs, outputs);
        Signature = $"{name}({string.Join(',', inputs.Select(i => i.Type.Name))})";
        selector = Keccak.Hash(System.Text.Encoding.UTF8.GetBytes(Signature))[..4];
        Selector = Hex.Encode(selector);
        headBytes = outputs.Sum(o => o.Type.HeadBytes);
    }

    public string Name { get; }

    public ImmutableArray<AbiParameter> Inputs { get; }

    public ImmutableArray<AbiParameter> Outputs { get; }

    public string Signature { get; }

    /// <summary>The first four bytes of the signature's hash, 0x-hex.</summary>
    public string Selector { get; }

    /// <summary>The call's data: selector and arguments.</summary>
    /// <exception cref="AbiException">A wrong number of arguments, or one that does not fit its type; names the function and the argument.</exception>
    public byte[] Encode(params ReadOnlySpan<AbiValue> arguments)
    {
        List<byte> data = [.. selector];
        WriteArguments(arguments, data);
        return [.. data];
    }

    /// <summary>What the function returned.</summary>
    /// <exception cref="AbiException">The data does not have the declared form; names the function and the result.</exception>
    public AbiFields DecodeResult(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty && headBytes > 0)
        {
            throw new AbiException($"{Signature} returned nothing: at that address and block is no contract, or one without this function.");
        }

        var values = new AbiValue[Outputs.Length];
        var reader = new AbiReader(data);
        var (output, head) = (0, 0);
        try
        {
            for (; output < values.Length; output++)
            {
                values[output] = reader.Read(Outputs[output].Type, head, 0);
                head += Outputs[output].Type.HeadBytes;
            }
        }
        catch (AbiException e)
        {
            throw new AbiException($"Result {Outputs[output].Name} ({Outputs[output].Type}) of {Name}: {e.Message}.", e);
        }

        return new AbiFields(Name, Outputs, values);
    }

    public override string ToString() => Signature;

    internal void WriteArguments(ReadOnlySpan<AbiValue> arguments, List<byte> data)
    {
        if (arguments.Length != Inputs.Length)
        {
            throw new AbiException($"{Signature} takes {Inputs.Length} arguments, not {arguments.Length}.");
        }

        try
        {
            AbiWriter.Write(Inputs, arguments, data);
        }
        catch (AbiException e)
        {
            throw new AbiException($"Argument of {Name}: {e.Message}.", e);
        }
    }
}
