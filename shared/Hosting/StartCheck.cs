using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Skale.Hosting;

/// <summary>Asks all checked options at once, before anything is made from them.</summary>
internal static class StartCheck
{
    /// <summary>Every problem of every section; empty when the process may start.</summary>
    public static string[] Problems(WebApplication app)
    {
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (Exception e) when (ProblemsOf(e) is { } problems)
        {
            return problems;
        }
    }

    /// <summary>Null when the error is not about options. A value of the wrong kind is refused by the binder, one by one.</summary>
    private static string[]? ProblemsOf(Exception e) => e switch
    {
        OptionsValidationException wrong => [.. wrong.Failures],
        InvalidOperationException { InnerException: FormatException or OverflowException or ArgumentException } unreadable => [unreadable.Message],
        AggregateException several when several.InnerExceptions.Select(ProblemsOf).ToArray() is var all && !all.Contains(null) => [.. all.SelectMany(p => p!)],
        _ => null,
    };
}
