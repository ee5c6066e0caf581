using System.Collections;
using System.Globalization;
using System.Text;
using Skale.Contracts;

namespace Skale.Contracts.Tests;

/// <summary>Writes <c>docs/bus.asyncapi.yaml</c> from the contracts: what the test compares the checked-in file with.</summary>
internal sealed class AsyncApiDocument
{
    private readonly StringBuilder text = new();

    public static string Render()
    {
        var document = new AsyncApiDocument();
        document.text.Append(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "asyncapi-head.yaml")));
        document.Channels();
        document.Operations();
        document.Components();
        return document.text.ToString();
    }

    private void Channels()
    {
        Line(0, "channels:");
        foreach (var message in ContractTypes.Messages)
        {
            Line(1, $"{message.Name}:");
            Line(2, $"address: '{(ContractTypes.IsForQueues(message) ? "node-{node}" : Exchange(message))}'");
            Line(2, "messages:");
            Line(3, $"{message.Name}:");
            Line(4, $"$ref: '#/components/messages/{message.Name}'");
            if (ContractTypes.IsForQueues(message))
            {
                Queue();
            }
            else
            {
                Exchange(Exchange(message), ContractTypes.IsRouted(message) ? "direct" : "fanout");
            }
        }
    }

    /// <summary>Sent through the default exchange to the queues of the nodes it names.</summary>
    private void Queue()
    {
        Line(2, "parameters:");
        Line(3, "node:");
        Line(4, "description: 'Id of a node. The message is put into the queue of each node that it orders something of (default exchange, header CC).'");
        Line(2, "bindings:");
        Line(3, "amqp:");
        Line(4, "is: queue");
        Line(4, "queue:");
        Line(5, "durable: true");
        Line(5, "exclusive: false");
        Line(5, "autoDelete: false");
        Line(5, "vhost: /");
    }

    private void Exchange(string name, string type)
    {
        Line(2, "bindings:");
        Line(3, "amqp:");
        Line(4, "is: routingKey");
        Line(4, "exchange:");
        Line(5, $"name: '{name}'");
        Line(5, $"type: {type}");
        Line(5, "durable: true");
        Line(5, "autoDelete: false");
        Line(5, "vhost: /");
    }

    private void Operations()
    {
        Line(0, "operations:");
        foreach (var message in ContractTypes.Messages)
        {
            Line(1, $"{ContractTypes.SenderOf(message)}.{message.Name}:");
            Line(2, "action: send");
            Line(2, $"title: {Quote($"{(ContractTypes.IsOfAnEvent(message) ? ContractTypes.SenderOf(message) : "Every service that seals its log")} publishes {message.Name}")}");
            Line(2, "channel:");
            Line(3, $"$ref: '#/channels/{message.Name}'");
        }
    }

    private void Components()
    {
        Line(0, "components:");
        Line(1, "messages:");
        foreach (var message in ContractTypes.Messages)
        {
            Line(2, $"{message.Name}:");
            Line(3, $"name: {message.Name}");
            Line(3, $"title: {message.Name}");
            Line(3, $"summary: {Quote(Summaries.Of(message)!)}");
            Line(3, "contentType: application/vnd.masstransit+json");
            if (ContractTypes.IsOfAnEvent(message))
            {
                Line(3, "headers:");
                Line(4, "$ref: '#/components/schemas/Headers'");
            }

            Line(3, "payload:");
            Line(4, "allOf:");
            Line(5, "- $ref: '#/components/schemas/Envelope'");
            Line(5, "- type: object");
            Line(5, "  properties:");
            Line(5, "    messageType:");
            Line(5, $"      contains: {{ const: 'urn:message:{Exchange(message)}' }}");
            Line(5, "    message:");
            Line(5, $"      $ref: '#/components/schemas/{message.Name}'");
        }

        Line(1, "schemas:");
        text.Append(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "asyncapi-schemas.yaml")));
        foreach (var type in ContractTypes.Messages.Concat(ContractTypes.PartTypes).OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            Schema(type);
        }
    }

    private void Schema(Type type)
    {
        Line(2, $"{type.Name}:");
        Line(3, $"description: {Quote(Summaries.Of(type)!)}");
        Line(3, "type: object");
        var members = ContractTypes.MembersOf(type).Where(m => m.Name != nameof(Subnode.HttpPortOffset)).ToArray();
        Line(3, $"required: [{string.Join(", ", members.Where(m => !ContractTypes.IsNullable(m)).Select(ContractTypes.WireName))}]");
        Line(3, "properties:");
        foreach (var member in members)
        {
            Line(4, $"{ContractTypes.WireName(member)}:");
            if (Summaries.Of(member) is { } summary)
            {
                Line(5, $"description: {Quote(summary)}");
            }

            foreach (var line in Kind(Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType, ContractTypes.IsNullable(member)))
            {
                Line(5, line);
            }
        }
    }

    private static IEnumerable<string> Kind(Type type, bool nullable)
    {
        string Of(string kind) => nullable ? $"type: [{kind}, 'null']" : $"type: {kind}";
        return type switch
        {
            _ when type == typeof(string) || type == typeof(ChainName) => [Of("string")],
            _ when type == typeof(int) || type == typeof(long) || type == typeof(NodeId) => [Of("integer")],
            _ when type == typeof(bool) => [Of("boolean")],
            _ when type == typeof(DateTimeOffset) => [Of("string"), "format: date-time"],
            _ when type == typeof(TimeSpan) => [Of("string"), @"pattern: '^-?(\d+\.)?\d\d:\d\d:\d\d(\.\d{1,7})?$'"],
            { IsEnum: true } => [Of("string"), $"enum: [{string.Join(", ", Enum.GetNames(type))}]"],
            { IsGenericType: true } when typeof(IEnumerable).IsAssignableFrom(type) =>
                [Of("array"), "items:", .. Kind(type.GetGenericArguments()[0], false).Select(l => "  " + l)],
            _ when ContractTypes.PartTypes.Contains(type) => [$"$ref: '#/components/schemas/{type.Name}'"],
            _ => throw new NotSupportedException($"No JSON kind decided for {type}."),
        };
    }

    private static string Exchange(Type message) => $"{message.Namespace}:{message.Name}";

    private static string Quote(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private void Line(int depth, string line) => text.Append(CultureInfo.InvariantCulture, $"{new string(' ', depth * 2)}{line}\n");
}
