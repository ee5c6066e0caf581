namespace Skale.Ethereum.Tests;

public sealed class AbiFileTests
{
    private const string Event = """{"type":"event","name":"ExitCompleted","inputs":[{"name":"nodeIndex","type":"uint256"}]}""";
    private const string Contract = "0xD489665414D051336CE2F2C6e4184De0409e40ba";

    [Fact]
    public void a_plain_array_is_one_contract() => Assert.Equal("Nodes", Assert.Single(AbiFile.Parse($"[{Event}]", name: "Nodes")).Name);

    [Fact]
    public void a_compilers_artefact_names_its_contract() =>
        Assert.Equal("Nodes", Assert.Single(AbiFile.Parse($$"""{"contractName":"Nodes","abi":[{{Event}}],"bytecode":"0x"}""")).Name);

    [Fact]
    public void a_file_of_arrays_takes_its_addresses_from_a_second_file()
    {
        var contracts = AbiFile.Parse($$"""{"Nodes":[{{Event}}],"Other":[]}""", $$$"""{"chainId":1,"contracts":{"Nodes":"{{{Contract}}}"}}""");

        Assert.Equal([Address.Normalise(Contract), null], contracts.Select(c => c.Address));
    }

    [Fact]
    public void the_published_form_holds_abis_and_addresses_side_by_side()
    {
        var contracts = AbiFile.Parse($$"""{"nodes_abi":[{{Event}}],"nodes_address":"{{Contract}}","skale_d_k_g_abi":[],"skale_d_k_g_address":"{{Contract}}","schains_internal_abi":[]}""");

        Assert.Equal(["Nodes", "SkaleDKG", "SchainsInternal"], contracts.Select(c => c.Name));
        Assert.Equal("0xd489665414d051336ce2f2c6e4184de0409e40ba", contracts[0].Address);
    }

    [Fact]
    public void an_entry_without_indexed_has_its_field_in_the_data()
    {
        var found = AbiFile.Parse($"[{Event}]")[0].Event("ExitCompleted");

        Assert.Equal("0xd9e811ef520eaecd3949de532960c72eda128c01bc3f2981aa414b511b157849", found.Topic0);
        Assert.False(found.Fields[0].IsIndexed);
    }

    [Theory]
    [InlineData("{", "not readable")]
    [InlineData("""{"Nodes":5}""", "The ABI of 'Nodes' is Number, not an array")]
    [InlineData("""[{"type":"event","name":"E","inputs":[{"name":"x","type":"uint7"}]}]""", "Entry 'E' of the ABI of '': field 'x': 'uint7'")]
    [InlineData("""[{"type":"event","name":"E","inputs":[{"name":"x","type":"fixed128x18"}]}]""", "field 'x': 'fixed128x18' is not a type")]
    [InlineData("""[{"type":"event","name":"E","inputs":[{"name":"x"}]}]""", "field 'x' has no type")]
    [InlineData("""[{"type":"event","name":"E","inputs":[{"name":"x","type":"tuple"}]}]""", "A tuple lists its components")]
    [InlineData("""[{"type":"event","name":"E","inputs":[{"name":"x","type":"uint8]"}]}]""", "field 'x': ''")]
    [InlineData("""[{"type":"event","name":"E","inputs":[{"name":"x","type":"uint8[0]"}]}]""", "field 'x': 'uint8[0]'")]
    [InlineData("""{"nodes_abi":[],"nodes_address":"0xd489665414D051336CE2F2C6e4184De0409e40ba"}""", "wrong checksum")]
    public void an_unreadable_description_is_refused_by_name(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<AbiException>(() => AbiFile.Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void a_question_for_something_unknown_lists_what_is_known() =>
        Assert.Equal("The ABI of Nodes has no event NodeLost; it has ExitCompleted.", Assert.Throws<AbiException>(() => AbiFile.Parse($"[{Event}]", name: "Nodes")[0].Event("NodeLost")).Message);
}
