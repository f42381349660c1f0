namespace Model.Reading.Documents;

/// <summary>What one document may be. A spec lives in etcd beside thousands of others and goes into a Mesos message whole.</summary>
public static class DocumentLimits
{
    public const int MaxBytes = 256 * 1024;
    /// <summary>Of a file of manifests, which holds many documents.</summary>
    public const int MaxFileBytes = 16 * 1024 * 1024;
    /// <summary>Mappings and lists within one another.</summary>
    public const int MaxDepth = 32;
}
