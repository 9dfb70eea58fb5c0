using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Models;
using Orrery.Interchange.Json;

namespace Orrery.Interchange.HuggingFace;

/// <summary>Reads a model's <c>config.json</c> as Hugging Face publishes it; needs no network.</summary>
public static class HuggingFaceConfig
{
    private static readonly string[] Basic = ["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size"];

    /// <summary>Reads a file, or the <c>config.json</c> of a folder.</summary>
    /// <exception cref="InvalidInputException">The file cannot be used; with every finding.</exception>
    public static ImportedModel Load(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "config.json") : path;
        try
        {
            return Parse(File.ReadAllText(file), file, IdOf(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(new Diagnostic(
                Severity.Error, DiagnosticCode.Unreadable,
                error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "the file cannot be read: " + error.Message, file,
                Hint: "expected a config.json or a folder that holds one"));
        }
    }

    /// <summary>Reads the text of a configuration.</summary>
    /// <param name="file">How messages name it.</param>
    /// <param name="id">The id that the model gets.</param>
    /// <exception cref="InvalidInputException">The text cannot be used; with every finding.</exception>
    public static ImportedModel Parse(string text, string file, string id)
    {
        var diagnostics = new DiagnosticList();
        var root = JsonFile.Parse(text, file, diagnostics);
        diagnostics.ThrowOnErrors();
        var language = root!["text_config"] as JsonObject ?? root["llm_config"] as JsonObject ?? root;
        var fields = new ConfigFields(root, language, file, diagnostics);

        var type = (language["model_type"] as JsonText)?.Text ?? fields.Text("model_type") ?? "";
        if (Families.Find(type) is not { } family)
        {
            throw new InvalidInputException([.. diagnostics, Unknown(type, fields, file, language)]);
        }

        var architecture = family(fields);
        var vocabulary = architecture.UsualVocabulary > 0
            ? fields.OrDefault(architecture.UsualVocabulary, "vocab_size")
            : fields.Count("vocab_size", "n_vocab");
        var model = new Transformer
        {
            Id = id,
            Name = id,
            Hidden = architecture.Hidden,
            Vocabulary = vocabulary,
            TiedEmbeddings = fields.Flag("tie_word_embeddings", architecture.Tied),
            PositionEmbeddings = architecture.PositionEmbeddings,
            Layers = Runs(architecture.Layers),
            MultiTokenPrediction = architecture.MultiTokenPrediction,
            MaxSequence = fields.Optional("max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "max_sequence_length") ?? 0,
            Confidence = Confidence.Published,
        };
        var quantization = fields.Inside("quantization_config") ?? fields.Inside("compression_config");
        var weights = fields.Text("torch_dtype") ?? fields.Text("dtype") ?? "";
        var method = quantization?.Text("quant_method") ?? quantization?.Text("quant_algo") ?? "";
        diagnostics.ThrowOnErrors();
        return new ImportedModel(model, type, weights, method, [.. diagnostics]);
    }

    private static Diagnostic Unknown(string type, ConfigFields fields, string file, JsonObject at)
    {
        var missing = string.Join(", ", Basic.Where(key => !fields.Has(key)));
        var kind = type.Length == 0 ? "the file states no model_type" : $"the model type '{(type.Length > 60 ? type[..60] : type)}' is not known";
        return new Diagnostic(
            Severity.Error, DiagnosticCode.UnknownName,
            $"{kind}, so these facts are missing: the kind of attention, whether the feed-forward block is gated, which layers are "
            + $"experts, whether there are biases{(missing.Length > 0 ? "; and from the file: " + missing : "")}",
            file, at.Line, at.Column, "known are " + string.Join(", ", Families.Types.Order(StringComparer.Ordinal)));
    }

    private static List<LayerRun> Runs(IReadOnlyList<TransformerLayer> layers)
    {
        var runs = new List<LayerRun>();
        foreach (var layer in layers)
        {
            if (runs.Count > 0 && runs[^1].Layer == layer)
            {
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
            }
            else
            {
                runs.Add(new LayerRun(1, layer));
            }
        }

        return runs;
    }

    private static string IdOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        var folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
        var chosen = Directory.Exists(path) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))
            : name == "config" && folder is { Length: > 0 } ? folder : name;
        return chosen.ToLowerInvariant();
    }
}
