namespace Skale.Cli.Commands.Nodes;

/// <summary>The agent as a service of systemd.</summary>
internal static class AgentUnit
{
    public const string DefaultPath = "/etc/systemd/system/skale-agent.service";

    /// <summary>Always again, since only the agent starts chains; but not with options that are wrong (exit code 2), which another start does not put right.</summary>
    /// <param name="program">Whole path of the agent's program.</param>
    /// <param name="configuration">Whole path of its variables.</param>
    public static string Text(string program, string configuration) => $"""
        [Unit]
        Description=Agent of a SKALE node
        Wants=network-online.target docker.service
        After=network-online.target docker.service nftables.service
        StartLimitIntervalSec=0

        [Service]
        EnvironmentFile={configuration}
        ExecStart={program}
        Restart=always
        RestartSec=2
        RestartPreventExitStatus=2
        TimeoutStopSec=120
        LimitNOFILE=65536
        UMask=0077
        NoNewPrivileges=yes
        StateDirectory=skale
        StateDirectoryMode=0700
        RuntimeDirectory=skale
        RuntimeDirectoryMode=0700
        RuntimeDirectoryPreserve=yes

        [Install]
        WantedBy=multi-user.target

        """;

    /// <summary>Why a path cannot stand in a unit; null when it can.</summary>
    public static string? Fault(string path) => path.StartsWith('/') && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '+')
        ? null
        : $"'{path}' is no whole path of letters, digits, '.', '_', '-' and '+'";
}
