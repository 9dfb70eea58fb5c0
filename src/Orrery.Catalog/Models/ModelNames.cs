namespace Orrery.Catalog.Models;

/// <summary>
/// How measured rows call a model: with its owner in front ("openai/..."), with words behind that name a number format or a
/// tuning, which change no dimension. An alias is needed only for what is not such a word.
/// </summary>
internal static class ModelNames
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "fp4", "nvfp4", "mxfp4", "mxfp6", "fp8", "mxfp8", "fp16", "bf16", "int8", "int4", "w8a8", "w4a16", "w4a8", "w4afp8", "awq", "gptq", "quark",
        "kv", "dynamic", "dyn", "pre", "trtllm", "block", "quantized",
        "instruct", "chat", "it", "base", "hf", "thinking", "finetuned", "pretrain", "meta", "amd", "preview",
        "2507", "0324", "0528", "0905", "v0.1", "v0.2", "v0.3",
    };

    /// <summary>What to look a name up by, the closest to what was written first.</summary>
    public static IEnumerable<string> Spellings(string name)
    {
        yield return name;
        var plain = Spelling.WithoutRemarks(name).Trim();
        yield return plain;
        foreach (var shorter in WithoutWords(plain))
        {
            yield return shorter;
        }

        var owned = plain.LastIndexOf('/');
        if (owned >= 0)
        {
            plain = plain[(owned + 1)..];
            yield return plain;
            foreach (var shorter in WithoutWords(plain))
            {
                yield return shorter;
            }
        }
    }

    private static IEnumerable<string> WithoutWords(string name)
    {
        for (var cut = name.LastIndexOfAny(['-', '_', ' ']); cut > 0; cut = name.LastIndexOfAny(['-', '_', ' ']))
        {
            var word = name[(cut + 1)..];
            if (word.Length > 0 && !Words.Contains(word))
            {
                yield break;
            }

            name = name[..cut];
            yield return name;
        }
    }
}
