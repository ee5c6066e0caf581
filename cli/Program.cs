return await Skale.Cli.Commands.SkaleCommand.Create().Parse(args).InvokeAsync();
