using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Evidence.Kernels;
using Xunit;

namespace Orrery.Evidence.Tests.Kernels;

/// <summary>What a person gets for a file that is wrong, or about something the catalog does not know.</summary>
public sealed class KernelInputTests : IDisposable
{
    private const string GemmHeader = "dtype,m,n,k,latency_us,tflops\n";

    private static readonly Lazy<OrreryCatalog> Catalog = new(() => OrreryCatalog.Open(Repository.Folder("catalog")));
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-kernels-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("b300_sxm_attn_prefill.csv", "b300_sxm", "attn_prefill")]
    [InlineData("a100_sxm_mla_decode.csv", "a100_sxm", "mla_decode")]
    [InlineData("rtx_pro_6000_server_gemm.csv", "rtx_pro_6000_server", "gemm")]
    public void A_file_name_says_chip_and_op(string name, string chip, string op)
    {
        var file = KernelTableFile.Of(name)!;
        Assert.Equal((chip, op), (file.Chip, file.Op));
    }

    [Fact]
    public void An_unknown_chip_is_a_skip_that_names_it()
    {
        var report = Validate("nochip_gemm.csv", GemmHeader + "bfloat16,128,128,128,3.1,1\n");
        Assert.Empty(report.Rows);
        Assert.Equal("no chip is called 'nochip'", Assert.Single(report.Skipped).Reason);
    }

    [Fact]
    public void An_unknown_format_is_a_skip_and_the_others_are_predicted()
    {
        var report = Validate("h100_sxm_gemm.csv", GemmHeader + "bfloat16,128,128,128,3.1,1\nfp3,128,128,128,3.1,1\n");
        Assert.Equal("h100_sxm_gemm:2", Assert.Single(report.Rows).Id);
        Assert.Equal("dtype 'fp3' is not known", Assert.Single(report.Skipped).Reason);
    }

    [Fact]
    public void A_format_that_was_not_fitted_is_a_skip_that_names_the_profile()
    {
        var report = Validate("h100_sxm_gemm.csv", GemmHeader + "int4_wo,128,128,128,3.1,1\n");
        Assert.Equal("the kernel profile 'h100' has no gemm kernel for 'int4_wo'", Assert.Single(report.Skipped).Reason);
    }

    [Fact]
    public void All_bad_cells_are_reported_at_their_lines()
    {
        var error = Assert.Throws<InvalidInputException>(() =>
            Validate("h100_sxm_gemm.csv", GemmHeader + "bfloat16,128,x,128,3.1,1\nbfloat16,128,128,128,-2,1\n"));
        Assert.Equal([2, 3], error.Diagnostics.Select(finding => finding.Line));
        Assert.Contains("'n' is 'x'", error.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Contains("'latency_us' is '-2'", error.Diagnostics[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        var error = Assert.Throws<InvalidInputException>(() => Validate("h100_sxm_gemm.csv", "dtype,m,n,latency_us\nbfloat16,1,1,2\n"));
        Assert.Contains("'k'", Assert.Single(error.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_without_an_op_and_a_path_with_nothing_are_errors()
    {
        File.WriteAllText(Path.Combine(_folder, "something.csv"), GemmHeader);
        Assert.Throws<InvalidInputException>(() => KernelTableFile.At(Path.Combine(_folder, "something.csv")));
        Assert.Throws<InvalidInputException>(() => KernelTableFile.At(Path.Combine(_folder, "missing.csv")));
        Assert.Throws<InvalidInputException>(() => KernelTableFile.At(_folder));
    }

    private ValidationReport Validate(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return KernelValidation.Validate(Catalog.Value, path);
    }
}
