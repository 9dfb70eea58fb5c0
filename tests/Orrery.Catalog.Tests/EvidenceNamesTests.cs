using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>Chip and system texts as the published measurements write them.</summary>
public sealed class EvidenceNamesTests
{
    [Theory]
    [InlineData("H100", "DGX-H100", "dgx-h100")]
    [InlineData("A100-40GB", "MosaicML platform RoCE 1600Gbps/node", "dgx-a100-40gb")]
    [InlineData("A100-80GB", "MosaicML platform RoCE 1600Gbps/node", "dgx-a100")]
    [InlineData("H100-80GB", "MosaicML platform", "dgx-h100")]
    [InlineData("H100 SXM (DGX, 8-GPU NVLink + IB)", "", "dgx-h100")]
    [InlineData("GB200", "DGX-GB200", "gb200-nvl72")]
    [InlineData("GB300", "DGX-GB300", "gb300-nvl72")]
    [InlineData("B300", "DGX-B300", "dgx-b300")]
    [InlineData("GB200 NVL72", "", "gb200-nvl72")]
    [InlineData("B200", "DGX-B200", "dgx-b200")]
    [InlineData("H100-96GB-HBM2e", "Grand Teton 500W, 400Gb/s RDMA per GPU", "grand-teton-h100")]
    [InlineData("A100-80GB SXM", "", "dgx-a100")]
    [InlineData("'NVIDIA Ampere' (A100 class, 312 TF peak)", "", "dgx-a100")]
    [InlineData("A100-80GB", "Selene DGX-A100", "dgx-a100")]
    [InlineData("TPU7x(Ironwood)", "TPU7x 4x8x8", "tpu-v7")]
    [InlineData("TPUv6e", "16x v6e-256", "tpu-v6e")]
    [InlineData("TPUv5p", "1x v5p-1024", "tpu-v5p")]
    [InlineData("TPUv5e", "32x v5e-256", "tpu-v5e")]
    [InlineData("TPUv4", "2x v4-384", "tpu-v4")]
    [InlineData("TPU v3", "", "tpu-v3")]
    [InlineData("V100", "", "dgx-v100")]
    [InlineData("H800", "", "dgx-h800")]
    [InlineData("Ascend 910B (Atlas 800T A2)", "", "atlas-800-a2")]
    [InlineData("Ascend 910C (CM384)", "", "cloudmatrix-384")]
    [InlineData("Ascend 910C (2-die package)", "CloudMatrix384", "cloudmatrix-384")]
    [InlineData("Ascend 950DT", "", "atlas-950")]
    [InlineData("Ascend 910", "", "atlas-800-9000")]
    [InlineData("Trainium1", "32x trn1.32xlarge/trn1n.32xlarge", "trn1-32xlarge")]
    [InlineData("H100-80GB", "16x GCP A3 (8x H100-80GB)", "a3-h100")]
    [InlineData("H100", "Dell/8xXE9680x8H100-SXM-80GB-POWER", "dgx-h100")]
    [InlineData("GB200", "Dell/16xXE9712x4GB200", "gb200-nvl72")]
    [InlineData("MI325X", "Supermicro/AS-8126GS-TNMR_8xMI325X", "mi325x-8")]
    [InlineData("MI350X", "AMD/MI350X_EPYC_9575F_pytorch", "mi350x-8")]
    [InlineData("MI355X", "MI355X node", "mi355x-8")]
    [InlineData("H200-NVL", "Dell/XE7740x8H200-NVL-141GB", "h200-nvl-8")]
    [InlineData("H100-class ('GPU')", "", "dgx-h100")]
    [InlineData("GB300 (5,120 Blackwell; press varies GB200/GB300)", "", "gb300-nvl72")]
    [InlineData("RTX6000PRO", "2x RTX PRO 6000 96GB", "rtx-pro-6000-8")]
    [InlineData("L40S", "L40S (doc: \"L40S GPUs\")", "l40s-8")]
    [InlineData("GH200", "GH200 480GB", "gh200-node")]
    [InlineData("Gaudi3", "HLS-Gaudi3 8x HL-325L", "gaudi3-8")]
    [InlineData("[MAXSUN] MS-Intel Arc Pro B60 Dual 48G Turbo", "1-node-4x-BMG-Pro-B60-Dual", "arc-pro-b60-4")]
    [InlineData("B200 (8-GPU)", "Dynamo TRT-LLM MTP", "dgx-b200")]
    [InlineData("Hopper (H800)", "StepMesh AFD", "dgx-h800")]
    [InlineData("Ascend 310P x2", "Atlas 300I Duo", "atlas-300i-duo")]
    [InlineData("NVIDIA Jetson AGX Orin 64G", "Orin", "jetson-agx-orin")]
    [InlineData("RTX4090", "1x RTX 4090 24GB", "rtx-4090-8")]
    public void FindSystemOf_TextsOfMeasuredRows_NamesTheSystem(string chip, string system, string expected) =>
        Assert.Equal(expected, Repository.Open().FindSystemOf(chip, system)?.Id);

    [Theory]
    [InlineData("MI300X+MI325X mix", "")]
    [InlineData("Warp drive", "DGX H100 of sorts")]
    public void FindSystemOf_WhatNoSystemIs_IsNull(string chip, string system) =>
        Assert.Null(Repository.Open().FindSystemOf(chip, system));
}
