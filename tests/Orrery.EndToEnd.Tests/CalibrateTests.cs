using System.Text.Json.Nodes;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary>A cluster's own kernels, fabric and stack, from measurements to an answer that uses them.</summary>
public sealed class CalibrateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-own-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_sound_and_changes_the_answer()
    {
        Written("kernels/h100.yaml", "kernels", "evidence/kernels/h100_sxm_gemm.csv");
        Written("systems/dgx-h100.yaml", "collectives", "docs/examples/nccl-tests.log", "--system", "dgx-h100", "--tier", "scale-out");
        Written("software/ours.yaml", "training", "--rows", "docs/examples/steps.csv", "--as", "ours");
        var sources = File.ReadAllText(Path.Combine(_folder, "sources.yaml"));
        Assert.Equal(3, sources.Split("  date: \"2026-11-01\"").Length - 1);

        var own = new Dictionary<string, string> { ["ORRERY_CATALOG"] = _folder };
        var check = Orrery.Ask(["catalog", "check"], own);
        Assert.True(check.Code == 0, check.Error);
        Assert.EndsWith("nothing wrong.", check.Output.TrimEnd(), StringComparison.Ordinal);

        string[] question = ["estimate", "train", "llama-3.1-70b@dgx-h100:64", "--tp", "4", "--pp", "4", "--json"];
        var shipped = JsonNode.Parse(Orrery.Ask(question, null).Output)!;
        var ours = JsonNode.Parse(Orrery.Ask([.. question, "--stack", "ours"], own).Output)!;
        Assert.NotEqual(shipped["result"]!.ToJsonString(), ours["result"]!.ToJsonString());
        Assert.Equal(_folder, ours["tool"]!["own_catalog"]!.GetValue<string>());
        Assert.Null(shipped["tool"]!["own_catalog"]);
    }

    [Fact]
    public void The_same_files_write_the_same_bytes_and_one_source_each()
    {
        string[] of = ["collectives", "docs/examples/nccl-tests.log", "--system", "dgx-h100", "--tier", "scale-out"];
        Written("systems/dgx-h100.yaml", of);
        var (first, sources) = (File.ReadAllText(Path.Combine(_folder, "systems", "dgx-h100.yaml")), File.ReadAllText(Path.Combine(_folder, "sources.yaml")));
        Written("systems/dgx-h100.yaml", of);
        Assert.Equal(first, File.ReadAllText(Path.Combine(_folder, "systems", "dgx-h100.yaml")));
        Assert.Equal(sources, File.ReadAllText(Path.Combine(_folder, "sources.yaml")));
    }

    [Theory]
    [InlineData("orrery.calibrate.kernels/1", "kernels", "evidence/kernels/a100_sxm_gemm.csv")]
    [InlineData("orrery.calibrate.collectives/1", "collectives", "docs/examples/nccl-tests.log", "--system", "dgx-h100", "--tier", "scale-out")]
    [InlineData("orrery.calibrate.rows/1", "training", "--rows", "docs/examples/steps.csv")]
    public void Json_names_its_schema_and_its_inputs(string schema, params string[] question)
    {
        var answer = JsonNode.Parse(Orrery.Ask(["calibrate", .. question, "--json"]).Output)!;
        Assert.Equal(schema, answer["schema"]!.GetValue<string>());
        Assert.NotEmpty(answer["inputs"]!.AsObject());
        Assert.NotEmpty(answer["result"]!.AsObject());
    }

    private void Written(string file, params string[] question)
    {
        var run = Orrery.Ask(["calibrate", .. question, "--write", Path.Combine(_folder, file), "--date", "2026-11-01"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.True(File.Exists(Path.Combine(_folder, file)));
    }
}
