namespace Skale.NodeAgent;

/// <summary>Small files of /proc and /sys: what cannot be read is not known.</summary>
internal static class KernelFile
{
    /// <summary>Without the last line break; null when there is none, or none for us.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
