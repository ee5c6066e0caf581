using System.CommandLine;
using Skale.Scheduler.Api;
using static Skale.Cli.Commands.ChainArguments;

namespace Skale.Cli.Commands;

/// <summary><c>skale chain</c>: what operators do to chains.</summary>
internal static class ChainCommand
{
    public static Command Create() => ChangeCommand.Group(
        "chain", "Create, resize, rotate and remove chains without a contract, and change the image of any.",
        ChangeCommand.Create(new("create", "A new chain.") { Name, Owner, Profile, Slices, GroupSize }, a => new(
            HttpMethod.Post, "v1/chains", new CreateChain(a.GetValue(Name)!, a.GetValue(Owner)!, a.GetValue(Profile), TypeOf(a)))),
        ChangeCommand.Create(new("remove", "End a chain that was created here, and destroy its data.") { Name }, a => new(HttpMethod.Delete, PathOf(a))),
        ChangeCommand.Create(new("rotate", "Replace a member by another node; the old one serves until the new one does.") { Name, Member }, a => new(
            HttpMethod.Post, $"{PathOf(a)}/rotate", new RotateChain(a.GetValue(Member)))),
        ChangeCommand.Create(new("resize", "Give a chain that was created here more or fewer slices, without a restart.") { Name, NewSlices }, a => new(
            HttpMethod.Post, $"{PathOf(a)}/resize", new ResizeChain(a.GetValue(NewSlices)))),
        ChangeCommand.Create(new("image", "Have a chain's members run another image, one after the other; the first that does not serve with it stops that, and all go back.") { Name, Image }, a => new(
            HttpMethod.Post, $"{PathOf(a)}/image", new ChangeImage(a.GetValue(Image)!))));

    private static string PathOf(ParseResult a) => $"v1/chains/{Uri.EscapeDataString(a.GetValue(Name)!)}";
}
