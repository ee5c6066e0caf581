using Npgsql;
using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>
/// The classic error of event tables: a sequence gives numbers before the commit, so a number may become visible after a greater one, and a reader who goes on
/// from the last number he saw never sees it. One harness shows it on the naive table, and its absence in ours. The seed is in the name of each case.
/// </summary>
public sealed class SequenceGapTests(PostgresFixture postgres)
{
    private const int Transactions = 50;

    /// <summary>Appends in an open transaction for one of the fifty and returns its commit; null, also from that, when it was refused and is to be tried again.</summary>
    private delegate Task<Func<Task<bool>>?> Append(int number);

    /// <summary>What a poll of a reader who has seen everything up to a number shows: the numbers and who wrote them.</summary>
    private delegate Task<List<(long Number, int Writer)>> Poll(long last);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task the_naive_reader_of_a_sequence_misses_events(int seed)
    {
        var table = $"naive_{postgres.NewName().Replace('-', '_')}";
        await Database.Execute(postgres.Database.Owner, $"create table {table} (seq_id bigserial primary key, writer int not null)");
        await using var source = NpgsqlDataSource.Create(postgres.Database.Owner);

        var seen = await Race(
            seed,
            async number =>
            {
                var connection = await source.OpenConnectionAsync();
                var transaction = await connection.BeginTransactionAsync();
                await using var insert = new NpgsqlCommand($"insert into {table} (writer) values ({number})", connection);
                await insert.ExecuteNonQueryAsync();
                return async () =>
                {
                    await transaction.CommitAsync();
                    await connection.DisposeAsync();
                    return true;
                };
            },
            async last =>
            {
                await using var command = source.CreateCommand($"select seq_id, writer from {table} where seq_id > {last} order by seq_id");
                await using var row = await command.ExecuteReaderAsync();
                var news = new List<(long, int)>();
                while (await row.ReadAsync())
                {
                    news.Add((row.GetInt64(0), row.GetInt32(1)));
                }

                return news;
            },
            isFirstOvertaken: true);

        Assert.Equal([$"{Transactions}"], await Database.Rows(postgres.Database.Owner, $"select count(*) from {table}"));
        Assert.DoesNotContain(0, seen.Select(s => s.Writer));
        Assert.True(seen.Count < Transactions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task a_reader_of_our_log_misses_nothing_and_sees_no_gap(int seed)
    {
        var place = await postgres.NewPlace();
        var schema = PostgresSchema.NameOf(place.Log);
        await using (await place.OpenWriter())
        {
        }

        await using var reader = await place.OpenReader();
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.Database.Service) { MaxPoolSize = 2 * Transactions });
        var seen = await Race(
            seed,
            number => AppendThree(source, schema, number),
            async last => [.. (await reader.ReadAll(last).All()).Select(e => (e.Position, int.Parse(e.Stream.Split('-')[1])))],
            isFirstOvertaken: false);

        Assert.Equal(Enumerable.Range(1, 3 * Transactions).Select(i => (long)i), seen.Select(s => s.Number));
        Assert.All(seen.Chunk(3), three => Assert.Single(three.Select(e => e.Writer).Distinct()));
        Assert.Equal(Transactions, seen.Select(s => s.Writer).Distinct().Count());
    }

    /// <summary>
    /// Fifty transactions append at once, each stays open for a random number of the reader's polls, and commits. The first to append commits only when the
    /// reader has seen something of another one; where that cannot be, because the others wait for its commit, after a hundred polls.
    /// </summary>
    private static async Task<List<(long Number, int Writer)>> Race(int seed, Append append, Poll poll, bool isFirstOvertaken)
    {
        var seen = new List<(long Number, int Writer)>();
        var (polls, done) = (0L, false);
        var reading = Task.Run(async () =>
        {
            for (var isLast = false; !isLast; Interlocked.Increment(ref polls))
            {
                isLast = Volatile.Read(ref done);
                var news = await poll(seen.Count == 0 ? 0 : seen[^1].Number);
                lock (seen)
                {
                    seen.AddRange(news);
                }
            }
        });

        var random = new Random(seed);
        var holds = Enumerable.Range(0, Transactions).Select(_ => random.Next(6)).ToArray();
        var firstAppended = new TaskCompletionSource();
        await Task.WhenAll(Enumerable.Range(0, Transactions).Select(number => Task.Run(async () =>
        {
            await (number == 0 ? Task.CompletedTask : firstAppended.Task);
            for (var isCommitted = false; !isCommitted;)
            {
                if (await append(number) is { } commit)
                {
                    var appended = Interlocked.Read(ref polls);
                    firstAppended.TrySetResult();
                    await Wait.Until(
                        "the reader to poll",
                        () => number > 0 ? Interlocked.Read(ref polls) >= appended + holds[number]
                            : IsSeen(other: 0) || (!isFirstOvertaken && Interlocked.Read(ref polls) >= appended + 100),
                        Wait.Patience);
                    isCommitted = await commit();
                }
            }
        }))).WaitAsync(Wait.Patience);
        Volatile.Write(ref done, true);
        await reading.WaitAsync(Wait.Patience);
        return seen;

        bool IsSeen(int other)
        {
            lock (seen)
            {
                return seen.Exists(s => s.Writer != other);
            }
        }
    }

    /// <summary>What a writer does with a batch, in a transaction that stays open: refused when another one committed since the head was read.</summary>
    private static async Task<Func<Task<bool>>?> AppendThree(NpgsqlDataSource source, string schema, int number)
    {
        await using var ask = source.CreateCommand($"select head from {schema}.skale_writer");
        var head = (long)(await ask.ExecuteScalarAsync())!;
        var batch = AppendBatch.Of("scheduler", Some.Events($"s-{number}", 1, 3));
        Assert.Equal([0, 1, 2], batch.Link(head, []));
        var connection = await source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        var session = new AppendSession(connection, schema);

        // An append blocks until the others have committed: fifty of them on workers of the pool would leave none to commit.
        if (await IsDone(() => Task.Factory.StartNew(() => session.Append(epoch: 1, head, batch, tell: true), TaskCreationOptions.LongRunning)))
        {
            return () => IsDone(async () =>
            {
                await transaction.CommitAsync();
                session.Dispose();
            });
        }

        await transaction.RollbackAsync();
        session.Dispose();
        return null;
    }

    private static async Task<bool> IsDone(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return true;
        }
        catch (PostgresException e) when (e.SqlState is "SK006" or PostgresErrorCodes.UniqueViolation)
        {
            return false;
        }
    }
}
