using System.CommandLine;
using System.Text.Json;
using Skale.Hosting;
using Skale.Scheduler.Api;
using static Skale.Cli.Commands.ChainArguments;

namespace Skale.Cli.Commands;

/// <summary><c>skale plan</c>: what would happen, without doing it.</summary>
internal static class PlanCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "A JSON list of steps, such as {\"do\":\"create\",\"name\":\"a\",\"owner\":\"ann\",\"profile\":\"test\"}; docs/scheduler-api.md lists them. - reads from the input." };

    public static Command Create()
    {
        var plan = new Command("plan", "What would happen, without doing it: group, reservations, refusals. Exit code 1 when a step would be refused or would wait.")
        {
            Step(new("create", "A new chain.") { Name, Owner, Profile, Slices, GroupSize, Key }, a => new PlanStep(
                "create", a.GetValue(Name), a.GetValue(Owner), a.GetValue(Profile), TypeOf(a), a.GetValue(Key))),
            Step(new("remove", "The end of a chain.") { Name }, a => new PlanStep("remove", a.GetValue(Name))),
            Step(new("resize", "Another size of a chain that was created here.") { Name, NewSlices }, a => new PlanStep("resize", a.GetValue(Name), Slices: a.GetValue(NewSlices))),
            Step(new("rotate", "Another node in a member's place.") { Name, Member }, a => new PlanStep("rotate", a.GetValue(Name), Node: a.GetValue(Member))),
            Step(new("image", "Another image for a chain's members.") { Name, Image }, a => new PlanStep("image", a.GetValue(Name), Image: a.GetValue(Image))),
            Step(new("drain", "A node's chains moved to others, or kept.") { Node, Undo }, a => new PlanStep("drain", Node: a.GetValue(Node), Drain: !a.GetValue(Undo))),
            Step(new("node-exit", "A node leaves.") { Node }, a => new PlanStep("nodeExit", Node: a.GetValue(Node))),
            Scenario(),
        };
        plan.Add(SchedulerClient.UrlOption);
        plan.Add(SchedulerClient.TokenOption);
        plan.Add(Screen.JsonOption);
        return plan;
    }

    private static Command Step(Command command, Func<ParseResult, PlanStep> step)
    {
        command.SetAction((arguments, cancellation) => Show(arguments, () => [step(arguments)], cancellation));
        return command;
    }

    private static Command Scenario()
    {
        var command = new Command("scenario", "A list of steps, each answered as if those before it had happened.") { File };
        command.SetAction((arguments, cancellation) => Show(arguments, () => Read(arguments.GetValue(File)!), cancellation));
        return command;
    }

    private static async Task<int> Show(ParseResult arguments, Func<IReadOnlyList<PlanStep>> steps, CancellationToken cancellation)
    {
        IReadOnlyList<PlanStep> read;
        try
        {
            read = steps();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            await Console.Error.WriteLineAsync($"The scenario cannot be read: {e.Message}");
            return ExitCodes.BadInput;
        }

        var allDone = true;
        var code = await SchedulerClient.Run(arguments, async api =>
        {
            var plan = await api.Post<PlanAnswer>("v1/plan", new AskPlan(read), cancellation);
            allDone = plan.Steps.All(s => s.Outcome is "done" or "nothing");
            Print(plan, arguments.GetValue(Screen.JsonOption));
        }, cancellation);
        return code == ExitCodes.Done && !allDone ? ExitCodes.Failed : code;
    }

    private static void Print(PlanAnswer plan, bool json)
    {
        if (json)
        {
            Screen.Json(plan);
            return;
        }

        foreach (var (step, number) in plan.Steps.Select((s, i) => (s, i + 1)))
        {
            Console.WriteLine($"{number}. {step.Do} {step.Subject}: {step.Outcome}{(step.Reason is null ? "" : $": {step.Reason}")}{(step.Exact ? "" : "  (agents assumed to have done as told)")}");
            foreach (var placed in step.Placed)
            {
                Console.WriteLine($"     {placed.Chain} on nodes {string.Join(' ', placed.Group)}, by {placed.Evidence.Strategy} from {placed.Evidence.Candidates} candidates");
            }

            foreach (var replaced in step.Replaced)
            {
                Console.WriteLine($"     {replaced.Chain}: node {replaced.By} in the place of node {replaced.Node} ({replaced.Reason}), by {replaced.Evidence.Strategy} from {replaced.Evidence.Candidates} candidates");
            }

            foreach (var resized in step.Resized)
            {
                Console.WriteLine($"     {resized.Chain}: {resized.After} slices of node {resized.Node}, {resized.Before} before");
            }

            foreach (var changed in step.Images)
            {
                Console.WriteLine($"     {changed.Chain}: node {changed.Node} from image {changed.Image}");
            }

            Lines("reserved", step.Reserved);
            Lines("released", step.Released);
            if (step is { Key: { } key, Exact: true })
            {
                Console.WriteLine($"     Idempotency-Key {key}");
            }
        }

        Console.WriteLine(plan.ValidWhile);
    }

    private static void Lines(string what, IReadOnlyList<SlicesAnswer> slices)
    {
        foreach (var s in slices)
        {
            Console.WriteLine($"     {what}: {s.Slices} slices of node {s.Node} (slot {s.Slot}) for {s.Chain}");
        }
    }

    private static IReadOnlyList<PlanStep> Read(string file) => JsonSerializer.Deserialize<IReadOnlyList<PlanStep>>(
        file == "-" ? Console.In.ReadToEnd() : System.IO.File.ReadAllText(file), SchedulerClient.Json) ?? throw new JsonException("it is null.");
}
