using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.Scheduler.Tests.Simulation;

/// <summary>A machine: its agent's rules and log, and its engine.</summary>
internal sealed class SimNode
{
    /// <summary>What it is made from starts, and never answers.</summary>
    public const string BadImage = "evm:bad";

    private readonly Place place;
    private readonly Func<DateTimeOffset> clock;

    public SimNode(NodeId id, Action<object> publish, Func<DateTimeOffset> clock)
    {
        (Id, place, this.clock) = (id, new Place(Sample.NetworkName, id, "127.0.0.1"), clock);
        Agent = new(new AssignmentDecider(id), e => publish(e));
        Start();
    }

    public NodeId Id { get; }

    public SimActor<Assignment> Agent { get; }

    public SimEngine Engine { get; } = new();

    /// <summary>Its agent runs.</summary>
    public bool Lives { get; private set; } = true;

    /// <summary>Nobody hears its heartbeats.</summary>
    public bool Cut { get; set; }

    public void Start()
    {
        Lives = true;
        Agent.Submit(new AgentStarted(Sample.Machine), clock());
    }

    public void Die(bool powerCut)
    {
        Lives = false;
        Agent.Restart(forgotten: 1);
        if (powerCut)
        {
            Engine.PowerCut();
        }
    }

    public bool HoldsWholeSets() =>
        Agent.State.Subnodes.Values.SelectMany(s => SubnodeContainer.Of(place, s).Set).Select(c => c.Name).Order().SequenceEqual(Engine.Containers.Order());

    public void AskAgain() => Agent.Submit(new AssignmentOverdue(clock()), clock());

    /// <summary>Brings one chain a stage further, or says how it is; what it did, null when there is nothing to do.</summary>
    public string? Work(int which, bool fails)
    {
        var plans = Reconcile.Plan(Agent.State.Desired, Engine.Chains, HostAbilities.All, place, new Dictionary<ChainName, Trial>(), clock()).Where(IsOpen).ToArray();
        if (plans.Length == 0)
        {
            return null;
        }

        var plan = plans[which % plans.Length];
        if (plan.Goal is Goal.Run { Container.Subnode: var failing } && (fails || (plan.IsDone && failing.Image == BadImage)))
        {
            Agent.Submit(new SubnodeFails(plan.Chain, failing.Generation, "simulated"), clock());
            return $"node {Id} fails {plan.Chain}";
        }

        foreach (var step in plan.Stages.FirstOrDefault([]))
        {
            Engine.Do(plan.Chain, step);
        }

        if (plan.IsDone)
        {
            Agent.Submit(Observed(plan), clock());
        }

        return $"node {Id}, {plan.Chain}: {(plan.IsDone ? plan.Goal.GetType().Name : string.Join(", ", plan.Stages[0].Select(s => s.Words)))}";
    }

    private object Observed(ChainPlan plan) => plan.Goal switch
    {
        Goal.Run { Container: { Subnode: var subnode } container } =>
            new SubnodeAnswers(plan.Chain, subnode.Generation, Engine.IdOf(plan.Chain), "sha256:1", container.Endpoint, subnode.Limits, []),
        Goal.Remove goal => new SubnodeGone(plan.Chain, goal.Generation),
        _ => throw new System.Diagnostics.UnreachableException($"{plan.Goal}"),
    };

    private bool IsOpen(ChainPlan plan) => !plan.IsDone || plan.Goal switch
    {
        Goal.Run goal => Agent.State.StandingOf(plan.Chain).Condition is var condition && condition != SubnodeCondition.Running
            && !(condition == SubnodeCondition.Failing && goal.Container.Subnode.Image == BadImage),
        Goal.Remove => true,
        _ => false,
    };
}
