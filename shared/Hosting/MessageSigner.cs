using MassTransit;
using Microsoft.Extensions.Options;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Signs every order, report and fact that this process publishes, at the moment it does: an order that waited for the broker is as good as new.</summary>
public sealed class MessageSigner(IOptions<OrderOptions> orders, IOptions<ReportOptions> reports, IOptions<FactOptions> facts, TimeProvider clock) : IDisposable
{
    private readonly SealingKey? orderKey = Load(orders.Value.SigningKey);
    private readonly SealingKey? reportKey = Load(reports.Value.SigningKey);
    private readonly SealingKey? factKey = Load(facts.Value.SigningKey);
    private readonly Lock turn = new();

    /// <summary>What agents check orders with; null when they are not signed.</summary>
    public VerifierKey? OrderKey => orderKey?.Verifier;

    /// <summary>Nothing without a key, and for what is none of the three. Call it when all else is set.</summary>
    public void Sign(PublishContext context, object message)
    {
        if (orderKey is not null && OrderNote.Of(message, context.MessageId!.Value, clock.GetUtcNow() + orders.Value.ValidFor) is { } order)
        {
            Set(context, BusHeaders.Order, order.Lines, orderKey);
        }
        else if (reportKey is not null && ReportNote.Of(message, reports.Value.Network, context) is { } report)
        {
            Set(context, BusHeaders.Report, report.Lines, reportKey);
        }
        else if (factKey is not null && FactNote.Of(message, context) is { } fact)
        {
            Set(context, BusHeaders.Fact, fact.Lines, factKey);
        }
    }

    public void Dispose()
    {
        orderKey?.Dispose();
        reportKey?.Dispose();
        factKey?.Dispose();
    }

    private static SealingKey? Load(string? file) => file is null ? null : SealingKey.Load(file);

    private void Set(PublishContext context, string header, IReadOnlyList<string> lines, SealingKey key)
    {
        lock (turn)
        {
            context.Headers.Set(header, $"{SignedNote.Sign(lines, key)}");
        }
    }
}
