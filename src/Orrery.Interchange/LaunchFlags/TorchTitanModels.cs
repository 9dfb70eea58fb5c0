namespace Orrery.Interchange.LaunchFlags;

/// <summary>Models by the names that torchtitan gives them.</summary>
internal static class TorchTitanModels
{
    private static readonly Dictionary<string, (string Name, string Flavor)> Known = new(StringComparer.Ordinal)
    {
        ["llama-3.1-8b"] = ("llama3", "8B"),
        ["llama-3.1-70b"] = ("llama3", "70B"),
        ["llama-3.1-405b"] = ("llama3", "405B"),
        ["deepseek-v3"] = ("deepseek_v3", "671B"),
        ["qwen3-0.6b"] = ("qwen3", "0.6B"),
        ["qwen3-1.7b"] = ("qwen3", "1.7B"),
        ["qwen3-4b"] = ("qwen3", "4B"),
        ["qwen3-8b"] = ("qwen3", "8B"),
        ["qwen3-14b"] = ("qwen3", "14B"),
        ["qwen3-32b"] = ("qwen3", "32B"),
        ["qwen3-30b-a3b"] = ("qwen3", "30B-A3B"),
        ["qwen3-235b-a22b"] = ("qwen3", "235B-A22B"),
    };

    public static (string Name, string Flavor)? Find(string id) => Known.TryGetValue(id, out var found) ? found : null;
}
