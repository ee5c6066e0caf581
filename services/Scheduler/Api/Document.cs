using Microsoft.OpenApi;

namespace Skale.Scheduler.Api;

/// <summary>The OpenAPI document of <c>/v1</c>; docs/scheduler-openapi.json is a copy.</summary>
internal static class Document
{
    private static readonly string[] Keyed = ["createChain", "removeChain", "rotateChain", "resizeChain", "changeImage", "setMaintenance", "setDrain", "makeJoinToken"];
    private static readonly string[] Conditional = ["removeChain", "rotateChain", "resizeChain", "changeImage", "setMaintenance", "setDrain"];

    public static void AddSchedulerDocument(this IServiceCollection services) => services.AddOpenApi("v1", document =>
    {
        document.ShouldInclude = d => d.RelativePath?.StartsWith("v1/", StringComparison.Ordinal) ?? false;
        document.AddOperationTransformer((operation, _, _) =>
        {
            AddHeader(operation, Keyed, "Idempotency-Key", "1 to 128 visible ASCII characters. The same key with the same request gives the same answer, for ever; with another request 422.");
            AddHeader(operation, Conditional, "If-Match", "An ETag: only if it is still at this version, else 412.");
            return Task.CompletedTask;
        });
        document.AddDocumentTransformer((whole, _, _) =>
        {
            whole.Info = new() { Title = "Skale.Services scheduler", Version = "1", Description = "Chains without a contract, nodes, and what would happen. Errors are problem details (RFC 9457)." };
            whole.Servers = [];
            whole.Components ??= new();
            whole.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["token"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "Scheduler:ApiToken" },
            };
            whole.Security = [new() { [new OpenApiSecuritySchemeReference("token", whole)] = [] }];
            return Task.CompletedTask;
        });
    });

    private static void AddHeader(OpenApiOperation operation, string[] operations, string name, string description)
    {
        if (operations.Contains(operation.OperationId))
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Header, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }
    }
}
