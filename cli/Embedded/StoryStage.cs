using Skale.Cli.Commands;

namespace Skale.Cli.Embedded;

/// <summary>Where the story is played: in this process or in processes of their own, it is the same.</summary>
/// <param name="Contract">What is registered and bought there.</param>
/// <param name="Api">Of the running system.</param>
/// <param name="Network">As in the labels on the engine.</param>
/// <param name="Nodes">Registered nodes with an agent each.</param>
/// <param name="Simulate">No containers to look at.</param>
internal sealed record StoryStage(DevelopmentContract Contract, ApiClient Api, string Network, int Nodes, bool Simulate);
