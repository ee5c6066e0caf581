#pragma warning disable
namespace Skale.EventStore;
public sealed class EventTypes { public EventTypes Add<T>(string alias) where T: class => this; public (string, ReadOnlyMemory<byte>) Serialize(object e) => default; public object Deserialize(StoredEvent e) => e; }
