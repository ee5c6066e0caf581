using Skale.Docker;

namespace Skale.NodeAgent.Tests;

/// <summary>What no profile and no command may ask for. The shapes are those of known escapes: the engine's socket, the host's paths by another name, the kernel's own files.</summary>
public sealed class IsolationRuleTests
{
    private static readonly ContainerSpec Strict = new()
    {
        Name = "chain",
        Image = "image",
        Network = "net",
        Isolation = Isolation.Strict,
        Volumes = [new VolumeMount("skale-test-7-alpha", "/data")],
    };

    public static TheoryData<string, Func<ContainerSpec, ContainerSpec>> Requests { get; } = new()
    {
        { "privileged", s => With(s, i => i with { Privileged = true }) },
        { "the network namespace of the host", s => s with { Network = "host" } },
        { "the network namespace of container:other", s => s with { Network = "container:other" } },
        { "the process namespace of the host", s => With(s, i => i with { PidNamespace = "host" }) },
        { "the process namespace of container:other", s => With(s, i => i with { PidNamespace = "container:other" }) },
        { "the IPC namespace of the host", s => With(s, i => i with { IpcNamespace = "host" }) },
        { "the user namespace of the host", s => With(s, i => i with { UserNamespace = "host" }) },
        { "the host name namespace of the host", s => With(s, i => i with { UtsNamespace = "host" }) },
        { "the control group namespace of the host", s => With(s, i => i with { CgroupNamespace = "host" }) },
        { "capability 'SYS_ADMIN'", s => With(s, i => i with { AddedCapabilities = ["SYS_ADMIN"] }) },
        { "capabilities are not dropped", s => With(s, i => i with { DroppedCapabilities = ["NET_RAW"] }) },
        { "security option 'seccomp=unconfined'", s => With(s, i => i with { SecurityOptions = ["no-new-privileges", "seccomp=unconfined"] }) },
        { "security option 'apparmor=unconfined'", s => With(s, i => i with { SecurityOptions = ["no-new-privileges", "apparmor=unconfined"] }) },
        { "security option 'no-new-privileges=false'", s => With(s, i => i with { SecurityOptions = ["no-new-privileges=false"] }) },
        { "new privileges are not forbidden", s => With(s, i => i with { SecurityOptions = [] }) },
        { "its root can be written", s => With(s, i => i with { ReadOnlyRoot = false }) },
        { "device '/dev/mem'", s => With(s, i => i with { Devices = [new HostDevice("/dev/mem", "/dev/mem", "rwm")] }) },
        { "device rule 'a *:* rwm'", s => With(s, i => i with { DeviceRules = ["a *:* rwm"] }) },
        { "path of the host '/var/run/docker.sock:/tmp/d.sock'", s => With(s, i => i with { Binds = ["/var/run/docker.sock:/tmp/d.sock"] }) },
        { "volumes of container 'other'", s => With(s, i => i with { VolumesFrom = ["other"] }) },
        { "group '0'", s => With(s, i => i with { Groups = ["0"] }) },
        { "kernel setting 'kernel.shmmax=1'", s => With(s, i => i with { Sysctls = new Dictionary<string, string> { ["kernel.shmmax"] = "1" } }) },
        { "user root asked for", s => s with { User = "0:0" } },
        { "'/var/run/docker.sock' is no name of a volume", s => s with { Volumes = [new VolumeMount("/var/run/docker.sock", "/data")] } },
        { "'../../../etc' is no name of a volume", s => s with { Volumes = [new VolumeMount("../../../etc", "/data")] } },
        { "'/proc/self/attr' is no place", s => s with { Volumes = [new VolumeMount("data", "/proc/self/attr")] } },
        { "'/data/../sys' is no place", s => s with { Volumes = [new VolumeMount("data", "/data/../sys")] } },
        { "'/' is no place", s => s with { Volumes = [new VolumeMount("data", "/")] } },
        { "'/dev/shm' is no place", s => With(s, i => i with { Tmpfs = new Dictionary<string, string> { ["/dev/shm"] = "" } }) },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void what_reaches_the_host_is_refused_by_name(string fault, Func<ContainerSpec, ContainerSpec> ask) =>
        Assert.Contains(IsolationRule.Faults(ask(Strict)), f => f.StartsWith(fault, StringComparison.Ordinal));

    [Fact]
    public void what_this_agent_makes_is_not_refused() => Assert.Empty(IsolationRule.Faults(Strict));

    [Theory]
    [InlineData("local", "type=none", "o=bind", "device=/")]
    [InlineData("local", "type=none", "o=bind", "device=/var/run/docker.sock")]
    [InlineData("local", "type=ext4", "device=/dev/vda", "o=nodev,nosuid,noatime,discard")]
    [InlineData("local", "type=ext4", "device=/dev/skale/other", "o=nodev,nosuid,noatime,discard")]
    [InlineData("local", "type=ext4", "device=/dev/skale/data", "o=dev,suid")]
    [InlineData("local", "type=overlay", "o=lowerdir=/")]
    [InlineData("nfs")]
    public void a_volume_that_leads_elsewhere_is_refused(string driver, params string[] options) =>
        Assert.Single(IsolationRule.Faults(Volume(driver, "/nowhere/data/_data", options.Select(o => o.Split('=', 2)).ToDictionary(o => o[0], o => o[1]))));

    [Fact]
    public void a_volume_behind_a_symbolic_link_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("skale-volume-").FullName;
        try
        {
            var (plain, planted) = (Path.Combine(folder, "plain", "_data"), Path.Combine(folder, "planted", "_data"));
            Directory.CreateDirectory(plain);
            Directory.CreateDirectory(Path.GetDirectoryName(planted)!);
            Directory.CreateSymbolicLink(planted, "/etc");
            Assert.Empty(IsolationRule.Faults(Volume("local", plain, IsolationRule.VolumeOptions("data"))));
            Assert.Equal(["volume 'data' is a symbolic link to /etc"], IsolationRule.Faults(Volume("local", planted, new Dictionary<string, string>())));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ContainerSpec With(ContainerSpec spec, Func<Isolation, Isolation> change) => spec with { Isolation = change(spec.Isolation) };

    private static VolumeDetails Volume(string driver, string mountpoint, IReadOnlyDictionary<string, string> options) =>
        new() { Name = "data", Driver = driver, Mountpoint = mountpoint, Options = options };
}
