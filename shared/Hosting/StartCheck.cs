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
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
        catch (AggregateException e) when (e.InnerExceptions.All(i => i is OptionsValidationException))
        {
            return [.. e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(o => o.Failures)];
        }
    }
}
