using System.Globalization;
using Orrery.Domain.Models;

namespace Orrery.Interchange.HuggingFace;

/// <summary>What most model types write the same way.</summary>
internal static class CommonParts
{
    /// <summary>Deeper than any model; keeps a hostile file from asking for gigabytes of layers.</summary>
    private const int MostLayers = 10_000;

    public static int Hidden(this ConfigFields fields) => fields.Count("hidden_size", "n_embd", "n_embed", "d_model");

    public static int Layers(this ConfigFields fields)
    {
        var layers = fields.Count("num_hidden_layers", "n_layer", "n_layers");
        if (layers > MostLayers)
        {
            fields.Error("num_hidden_layers", $"the model has {layers} layers, expected at most {MostLayers}");
            return 1;
        }

        return layers;
    }

    /// <summary>Attention with its heads, key-value heads (as many where unstated) and head dimension (hidden over heads where unstated).</summary>
    public static Attention Attention(this ConfigFields fields, int hidden, bool bias = false, int usualDimension = 0)
    {
        var heads = fields.Count("num_attention_heads", "n_head", "n_heads");
        var shared = fields.Optional("num_key_value_heads", "num_kv_heads") ?? heads;
        if (heads % shared != 0)
        {
            fields.Error("num_key_value_heads", string.Create(CultureInfo.InvariantCulture, $"{heads} attention heads cannot share {shared} key-value heads evenly"));
        }

        return new Attention(heads, shared, HeadDimension(fields, hidden, heads, usualDimension), Bias: bias);
    }

    /// <summary>Equal layers.</summary>
    public static TransformerLayer[] Repeat(int layers, Mixer mixer, FeedForward block) =>
        [.. Enumerable.Repeat(new TransformerLayer(mixer, block), layers)];

    /// <summary>Which layers attend to all earlier tokens: as <c>layer_types</c> says, else every <paramref name="interval"/>-th; 0 means none.</summary>
    public static bool[] FullAttention(this ConfigFields fields, int layers, int interval)
    {
        var types = fields.PerLayer("layer_types", layers);
        return [.. Enumerable.Range(0, layers).Select(at => types is not null ? types[at] == "full_attention" : interval > 0 && (at + 1) % interval == 0)];
    }

    /// <summary>The product of two stated numbers, which must itself be a possible dimension.</summary>
    public static int Product(this ConfigFields fields, string key, int left, int right)
    {
        var product = (long)left * right;
        if (product <= ConfigFields.Largest)
        {
            return (int)product;
        }

        fields.Error(key, string.Create(CultureInfo.InvariantCulture, $"'{key}' makes a width of {product}, expected at most {ConfigFields.Largest}"));
        return 1;
    }

    private static int HeadDimension(ConfigFields fields, int hidden, int heads, int usual)
    {
        if (fields.Optional("head_dim") is { } stated)
        {
            return stated;
        }

        if (usual > 0)
        {
            return fields.OrDefault(usual, "head_dim");
        }

        // A hidden size of 1 is the placeholder of one that was wrong, which has been said.
        if (hidden > 1 && hidden % heads != 0)
        {
            fields.Error("num_attention_heads", string.Create(
                CultureInfo.InvariantCulture, $"'head_dim' is missing, and a hidden size of {hidden} does not divide into {heads} heads"));
        }

        return Math.Max(1, hidden / heads);
    }
}
