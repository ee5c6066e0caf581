using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>What snapshots are written in: the same comes back in the same order, wherever the reader's buffer of 64 KiB ends.</summary>
public sealed class PackTests
{
    [Fact]
    public void what_was_written_comes_back() => Seeds.ForEach(40, seed =>
    {
        var (written, random) = (new Random(seed), new Random(seed));
        using var bytes = Written(pack => Draw(written, value => Write(pack, value)));
        var pack = new PackReader(bytes);
        Draw(random, value => Assert.Equal(value, Read(pack, value)));
        Assert.Throws<EndOfStreamException>(() => pack.Number());
    });

    [Fact]
    public void what_ends_early_is_never_taken_for_whole()
    {
        using var whole = Written(pack =>
        {
            pack.Number(long.MinValue);
            pack.Text("a text");
            pack.Bytes([1, 2, 3]);
            pack.Id(Guid.NewGuid());
        });
        for (var length = 0; length < whole.Length; length++)
        {
            var pack = new PackReader(new MemoryStream(whole.ToArray()[..length]));
            Assert.Throws<EndOfStreamException>(() => (pack.Number(), pack.Text(), pack.Bytes(), pack.Id()));
        }
    }

    [Fact]
    public void equal_values_and_texts_come_back_as_one()
    {
        using var bytes = Written(pack =>
        {
            foreach (var name in (string[])["one", "other", "one"])
            {
                pack.Shared(new Named(name), n => pack.Text(n.Name));
                pack.Text(name);
            }
        });
        var pack = new PackReader(bytes);
        var read = Enumerable.Range(0, 3).Select(_ => (Value: pack.Shared(p => new Named(p.Text())), Text: pack.Text())).ToArray();
        Assert.Equal(["one", "other", "one"], read.Select(r => r.Value.Name));
        Assert.Same(read[0].Value, read[2].Value);
        Assert.Same(read[0].Text, read[2].Text);
    }

    [Fact]
    public void what_is_shared_in_something_shared_comes_back_once_too()
    {
        using var bytes = Written(pack =>
        {
            foreach (var (outer, inner) in ((string, string)[])[("a", "x"), ("x", "y"), ("a", "x")])
            {
                pack.Shared(new Named(outer), n =>
                {
                    pack.Text(n.Name);
                    pack.Shared(new Named(inner), i => pack.Text(i.Name));
                });
            }
        });
        var pack = new PackReader(bytes);
        var read = Enumerable.Range(0, 3).Select(_ => pack.Shared(p => new Named($"{p.Text()} with {p.Shared(x => new Named(x.Text())).Name}")).Name);
        Assert.Equal(["a with x", "x", "a with x"], read);
    }

    [Fact]
    public void a_row_that_equals_the_one_before_comes_back_as_the_same_array()
    {
        int[][] rows = [[1, 2], [1, 2], [1, 2, 3], [], [], [1, 2]];
        using var bytes = Written(pack =>
        {
            foreach (var row in rows)
            {
                pack.Row(row, n => pack.Number(n));
            }
        });
        var pack = new PackReader(bytes);
        var read = rows.Select(_ => pack.Row(p => p.Small())).ToArray();
        Assert.Equal(rows, read);
        Assert.Same(read[0], read[1]);
        Assert.NotSame(read[0], read[5]);
    }

    [Fact]
    public void a_row_is_not_taken_for_one_of_other_values_and_not_for_one_that_is_missing()
    {
        using var bytes = Written(pack =>
        {
            pack.Row<int>([1], n => pack.Number(n));
            pack.Row<long>([1], pack.Number);
        });
        var pack = new PackReader(bytes);
        Assert.Equal([1], pack.Row(p => p.Small()));
        Assert.Equal([1L], pack.Row(p => p.Number()));
        using var none = Written(p => p.Flag(true));
        Assert.Throws<InvalidDataException>(() => new PackReader(none).Row(p => p.Number()));
    }

    private static MemoryStream Written(Action<PackWriter> write)
    {
        var bytes = new MemoryStream();
        var pack = new PackWriter(bytes);
        write(pack);
        pack.Flush();
        bytes.Position = 0;
        return bytes;
    }

    /// <summary>About 300 KiB, with a text and bytes that alone are longer than the buffer.</summary>
    private static void Draw(Random random, Action<object> take)
    {
        for (var i = 0; i < 4_000; i++)
        {
            take(random.Next(5) switch
            {
                0 => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
                1 => new string((char)random.Next('a', 'z'), random.Next(200)),
                2 => RandomBytes(random, random.Next(200)),
                3 => random.Next(2) == 0,
                _ => new Guid(RandomBytes(random, 16)),
            });
        }

        take(new string('x', 70_000 + random.Next(100)));
        take(RandomBytes(random, 70_000));
    }

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Write(PackWriter pack, object value)
    {
        switch (value)
        {
            case long number:
                pack.Number(number);
                break;
            case string text:
                pack.Text(text);
                break;
            case byte[] bytes:
                pack.Bytes(bytes);
                break;
            case bool flag:
                pack.Flag(flag);
                break;
            case Guid id:
                pack.Id(id);
                break;
        }
    }

    private static object Read(PackReader pack, object like) => like switch
    {
        long => pack.Number(),
        string => pack.Text(),
        byte[] => pack.Bytes(),
        bool => pack.Flag(),
        _ => pack.Id(),
    };

    private sealed record Named(string Name);
}
