using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json.Serialization;
using Skale.ChainWatcher.Domain;
using Skale.ChainWatcher.Domain.Manager;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>A view function that gave nothing to compare, and why.</summary>
/// <param name="Calls">How many calls of it.</param>
public sealed record NotCompared(string Function, string Reason, long Calls);

/// <summary>How the facts compare with what the contracts say at one block.</summary>
/// <param name="Compared">Values that were compared.</param>
/// <param name="Differences">Values that differ.</param>
/// <param name="Silent">Values that differ and change without a log: no fault of the facts.</param>
/// <param name="Doubts">What kept parts of the state from being followed.</param>
public sealed record CheckReport(
    BlockRef At, long Facts, int Nodes, int Chains, long Compared, IReadOnlyList<Difference> Differences, IReadOnlyList<Difference> Silent,
    IReadOnlyList<NotCompared> NotCompared, IReadOnlyList<string> Doubts)
{
    /// <summary>Values, by subject and name, that no answer was had for.</summary>
    [JsonIgnore]
    public ImmutableHashSet<(string Subject, string What)> Unanswered { get; init; } = [];
}

/// <summary>Asks the contracts at a block for everything that the folded facts say, in batches, and compares.</summary>
internal sealed class ManagerCheck(JsonRpcClient rpc, ContractSet contracts)
{
    private const int CallsPerRequest = 100;
    private readonly ViewReader views = new(rpc);

    public async Task<CheckReport> Compare(ManagerState state, BlockRef at, long facts, CancellationToken cancellation)
    {
        var silence = new Silence();
        var differences = new List<Difference>();
        long compared = 0;
        foreach (var part in Questions.Of(state).Select(q => (Question: q, Call: CallOf(q, at, silence))).Where(p => p.Call is not null).Chunk(CallsPerRequest))
        {
            var answers = await views.Ask([.. part.Select(p => p.Call!)], cancellation);
            foreach (var ((question, call), answer) in part.Zip(answers))
            {
                if (answer.Values is null && !(answer.Reverted && question.Expected.IsEmpty))
                {
                    silence.Add(question, answer.Reverted ? $"the call reverted: {answer.Fault}" : $"no answer: {answer.Fault}");
                    continue;
                }

                try
                {
                    differences.AddRange(question.Judge(answer.Values is { } values ? LogTranslation.ToObjects(call!.Function.Outputs, values) : null));
                    compared += Math.Max(1, question.Expected.Length);
                }
                catch (UnfitFieldException e)
                {
                    silence.Add(question, $"the ABI describes another answer: {e.Message}");
                }
            }
        }

        return new CheckReport(
            at, facts, state.Nodes.Count, state.Chains.Count, compared, [.. differences.Where(d => !d.IsSilent)], [.. differences.Where(d => d.IsSilent)],
            silence.Calls, state.PlacementDoubts)
        {
            Unanswered = silence.Values,
        };
    }

    private ViewCall? CallOf(Question question, BlockRef at, Silence silence)
    {
        var address = contracts.AddressOf(question.Contract);
        var function = question.Function.Split('|').Select(name => contracts.FunctionOf(question.Contract, name)).FirstOrDefault(f => f is not null);
        if (address is null || function is null)
        {
            silence.Add(question, address is null ? "the contracts file has no such contract" : "the ABI file has no such function");
            return null;
        }

        if (function.Inputs.Length != question.Arguments.Length)
        {
            silence.Add(question, $"the ABI file describes {function.Signature}");
            return null;
        }

        return new ViewCall(at, address, function, [.. question.Arguments.Select(a => a is BigInteger number ? (AbiValue)number : (string)a)]);
    }

    /// <summary>What was asked in vain.</summary>
    private sealed class Silence
    {
        private readonly Dictionary<(string Function, string Reason), long> calls = [];
        private readonly HashSet<(string Subject, string What)> values = [];

        public IReadOnlyList<NotCompared> Calls => [.. calls.Select(c => new NotCompared(c.Key.Function, c.Key.Reason, c.Value))];

        public ImmutableHashSet<(string Subject, string What)> Values => [.. values];

        public void Add(Question question, string reason)
        {
            var key = ($"{question.Contract}.{question.Function.Split('|')[0]}", reason);
            calls[key] = calls.GetValueOrDefault(key) + 1;
            values.UnionWith(question.Names.Select(what => (question.Subject, what)));
        }
    }
}
