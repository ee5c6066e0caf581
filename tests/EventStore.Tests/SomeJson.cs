using System.Globalization;

namespace Skale.EventStore.Tests;

/// <summary>Random JSON values, each written down twice in different ways.</summary>
internal static partial class Some
{
    private static readonly string[] Letters = ["a", "B", "\u00e4", "\u20ac", "\ud83d\ude00", "\ufb33", "\"", "\\", "/", "\n", "\u000f", "\u007f", "<", "0"];

    public static (string One, string Other) TwoTextsOfOneValue(Random random, int depth)
    {
        switch (random.Next(depth > 0 ? 6 : 4))
        {
            case 0:
                return random.Next(2) == 0 ? ("true", " true") : ("null", "null ");
            case 1:
                var whole = random.NextInt64(-9007199254740992, 9007199254740992);
                return (whole.ToString(CultureInfo.InvariantCulture), whole.ToString(CultureInfo.InvariantCulture) + (random.Next(2) == 0 ? ".000" : "e0"));
            case 2:
                var value = BitConverter.Int64BitsToDouble(random.NextInt64());
                value = double.IsFinite(value) ? value : 0.1;
                return (value.ToString("R", CultureInfo.InvariantCulture), value.ToString("E24", CultureInfo.InvariantCulture).Replace('E', 'e'));
            case 3:
                return TwoTexts(random);
            case 4:
                var items = Enumerable.Range(0, random.Next(4)).Select(_ => TwoTextsOfOneValue(random, depth - 1)).ToArray();
                return ($"[{string.Join(",", items.Select(i => i.One))}]", $"[ {string.Join(" ,\t", items.Select(i => i.Other))}\n]");
            default:
                var members = Enumerable.Range(0, random.Next(6)).Select(n => (Name: TwoTexts(random, $"{n}"), Value: TwoTextsOfOneValue(random, depth - 1))).ToArray();
                var one = string.Join(",", members.Select(m => $"{m.Name.One}:{m.Value.One}"));
                random.Shuffle(members);
                return ($"{{{one}}}", $"{{ {string.Join(", ", members.Select(m => $"{m.Name.Other} : {m.Value.Other}"))} }}");
        }
    }

    private static (string One, string Other) TwoTexts(Random random, string end = "")
    {
        var letters = Enumerable.Range(0, random.Next(5)).Select(_ => Letters[random.Next(Letters.Length)]).Append(end).ToArray();
        return (Quoted(letters, l => l is "\"" or "\\" or "\n" or "\u000f"), Quoted(letters, l => l is "\"" or "\\" or "\n" or "\u000f" || random.Next(2) == 0));
    }

    private static string Quoted(string[] letters, Func<string, bool> escape) =>
        $"\"{string.Concat(letters.Select(l => escape(l) ? string.Concat(l.Select(c => $"\\u{(int)c:X4}")) : l))}\"";
}
