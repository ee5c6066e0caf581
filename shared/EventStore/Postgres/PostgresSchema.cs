using System.Text.RegularExpressions;
using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// The tables of one log: a schema of its own, made and upgraded by numbered SQL files that a separate owner role runs. Services never own them.
/// </summary>
public static partial class PostgresSchema
{
    /// <summary>The newest migration this version knows, and the one it needs.</summary>
    public static int Version => Migration.All[^1].Number;

    /// <summary>The schema of a log: its name, with <c>_</c> for <c>-</c>.</summary>
    /// <exception cref="ArgumentException">The name cannot be one.</exception>
    public static string NameOf(string log) => LegalName().IsMatch(log) && !log.StartsWith("pg-", StringComparison.Ordinal) && log is not ("public" or "information-schema")
        ? log.Replace('-', '_')
        : throw new ArgumentException($"'{log}' cannot name a log: 1 to 48 lower-case letters, digits and '-', a letter first, and no name that PostgreSQL keeps for itself.", nameof(log));

    /// <summary>Brings the tables of a log to <see cref="Version"/> and grants the two roles their rights; all of it or nothing. Safe to run again, and by several at once.</summary>
    /// <param name="ownerConnectionString">A role that may create schemas in the database. It will own the tables; services must not use it.</param>
    /// <param name="serviceRole">An existing role: may append and read events, nothing else.</param>
    /// <param name="readerRole">An existing role: may read.</param>
    /// <returns>The names of the migrations applied now.</returns>
    /// <exception cref="InvalidOperationException">The tables belong to a newer version, or a migration was changed after it had been applied.</exception>
    public static async Task<IReadOnlyList<string>> Migrate(
        string ownerConnectionString, string log, string serviceRole, string readerRole, CancellationToken cancellation = default)
    {
        var schema = NameOf(log);
        var words = new Dictionary<string, string>
        {
            ["schema"] = schema,
            ["channel"] = ChannelOf(schema),
            ["service"] = QuotedRole(serviceRole),
            ["reader"] = QuotedRole(readerRole),
        };
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false });
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run("select pg_advisory_xact_lock(hashtextextended('skale migrations of {schema}', 0))");
        await Run(
            """
            create schema if not exists {schema};
            create table if not exists {schema}.skale_migrations (
                number int not null primary key, name varchar not null, sha256 varchar not null, applied_at timestamptz not null default now());
            """);
        var pending = Migration.Behind(await Applied(connection, schema, cancellation), log);
        foreach (var migration in pending)
        {
            await Run(migration.Sql);
            await Run($"insert into {{schema}}.skale_migrations (number, name, sha256) values ({migration.Number}, '{migration.Name}', '{migration.Sha256}')");
        }

        await Run(Migration.Grants);
        await transaction.CommitAsync(cancellation);
        return [.. pending.Select(m => m.Name)];

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(Placeholder().Replace(sql, word => words[word.Groups[1].Value]), connection, transaction);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>The channel on which commits of a schema are announced.</summary>
    internal static string ChannelOf(string schema) => $"skale_{schema}";

    /// <exception cref="InvalidOperationException">The tables are missing or of another version; says what to run.</exception>
    internal static async Task Check(NpgsqlDataSource source, string log, CancellationToken cancellation)
    {
        var schema = NameOf(log);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellation);
            if (Migration.Behind(await Applied(connection, schema, cancellation), log) is [var first, ..])
            {
                throw new InvalidOperationException($"Log '{log}': the tables in schema {schema} lack migration {first.Name}. Run PostgresSchema.Migrate with the owner role first.");
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException($"Log '{log}': its tables are missing in schema {schema}, or not granted to this role ({e.MessageText}). Run PostgresSchema.Migrate with the owner role first.", e);
        }
    }

    private static async Task<Dictionary<int, string>> Applied(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        var applied = new Dictionary<int, string>();
        await using var command = new NpgsqlCommand($"select number, sha256 from {schema}.skale_migrations", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            applied.Add(rows.GetInt32(0), rows.GetString(1));
        }

        return applied;
    }

    private static string QuotedRole(string role) => role.Length is > 0 and < 64 && !role.Contains('\0', StringComparison.Ordinal)
        ? $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : throw new ArgumentException($"'{role}' cannot name a role.", nameof(role));

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,47}\z")]
    private static partial Regex LegalName();

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Placeholder();
}
