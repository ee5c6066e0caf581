using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

public sealed class SmallDictionaryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void whatever_is_done_to_it_it_holds_what_the_library_s_holds_and_what_was_before_stays(int seed)
    {
        var random = new Random(seed);
        var (ours, theirs) = (SmallDictionary.Empty<NodeId, int>(), new SortedDictionary<NodeId, int>());
        for (var step = 0; step < 500; step++)
        {
            var (key, before, beforeHeld) = (new NodeId(random.Next(40)), ours, ours.ToArray());
            switch (random.Next(5))
            {
                case 0 when theirs.TryAdd(key, step):
                    ours = ours.Add(key, step);
                    break;
                case 0:
                    Assert.Throws<ArgumentException>(() => ours.Add(key, step));
                    break;
                case 1 when theirs.ContainsKey(key):
                    (ours, theirs[key]) = (ours.Replace(key, step), step);
                    break;
                case 1:
                    Assert.Throws<KeyNotFoundException>(() => ours.Replace(key, step));
                    break;
                case 2:
                    theirs.Remove(key);
                    ours = ours.Remove(key);
                    break;
                case 3:
                    (NodeId Key, int Value)[] more = [.. Enumerable.Range(0, 40).Select(n => (new NodeId(n), step)).Where(e => !theirs.ContainsKey(e.Item1)).OrderBy(_ => random.Next()).Take(3)];
                    ours = ours.AddRange(more);
                    Array.ForEach(more, e => theirs.Add(e.Key, e.Value));
                    break;
                default:
                    ours = ours.ChangeEach(v => v + 1);
                    theirs = new(theirs.ToDictionary(e => e.Key, e => e.Value + 1));
                    break;
            }

            Assert.Equal(beforeHeld, before);
            Assert.Equal(theirs, ours);
            Assert.Equal((theirs.Count, theirs.Count == 0), (ours.Count, ours.IsEmpty));
            Assert.Equal(theirs.TryGetValue(key, out var held), ours.TryGetValue(key, out var found));
            Assert.Equal((held, theirs.ContainsKey(key)), (found, ours.ContainsKey(key)));
            Assert.Equal(theirs.Keys, ours.Keys.AsEnumerable());
            Assert.Equal(theirs.Values, ours.Values.AsEnumerable());
        }
    }

    [Fact]
    public void a_key_comes_once()
    {
        Assert.Throws<ArgumentException>(() => SmallDictionary.Of([(new NodeId(1), "a"), (new(2), "b"), (new(1), "c")]));
        Assert.Throws<ArgumentException>(() => SmallDictionary.Of([(new NodeId(1), "a")]).AddRange([(new(1), "b")]));
        Assert.Throws<KeyNotFoundException>(() => SmallDictionary.Of([(new NodeId(1), "a")])[new(2)]);
    }
}
