using Skale.Cli.Commands;
using Skale.Hosting;

var command = SkaleCommand.Create().Parse(args);
var code = await command.InvokeAsync();
return command.Errors.Count > 0 ? ExitCodes.BadInput : code;
