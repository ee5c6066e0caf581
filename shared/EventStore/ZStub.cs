#pragma warning disable
namespace Skale.EventStore;
public sealed class EventTypes { public EventTypes Add<T>(string alias) where T: class => this; public (string, ReadOnlyMemory<byte>) Serialize(object e) => default; public object Deserialize(StoredEvent e) => e; }
public sealed class JournalLockedException : Exception;
public static class JournalLog { public static IEventLog OpenWriter(string f, string n) => null!; public static IEventLog OpenReader(string f, string n) => null!; }
public static class PostgresLog { public static Task<IEventLog> OpenWriter(Npgsql.NpgsqlDataSource s, string n, CancellationToken t) => null!; public static IEventLog OpenReader(Npgsql.NpgsqlDataSource s, string n) => null!; }
