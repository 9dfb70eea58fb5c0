using System.Globalization;
using System.Text;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Serving engines whose launch flags can be written.</summary>
public enum ServingLaunchFormat
{
    /// <summary>vLLM: <c>vllm serve</c>.</summary>
    Vllm,

    /// <summary>SGLang: <c>sglang.launch_server</c>.</summary>
    SgLang,

    /// <summary>TensorRT-LLM: <c>trtllm-serve</c> with a file of options.</summary>
    TrtLlm,
}

/// <summary>A deployment as an engine is told of it.</summary>
/// <param name="Batch">Requests that one replica of the main pool runs at once.</param>
/// <param name="StepTokens">Tokens that a step computes at most.</param>
/// <param name="MemoryShare">Share of a chip's memory that the engine uses.</param>
/// <param name="ChipsPerNode">Chips that one host starts processes for.</param>
public sealed record ServingLaunchRequest(
    ServingWorkload Workload, ServingDeployment Deployment, double Batch, double StepTokens, double MemoryShare, int ChipsPerNode)
{
    public int LongestSequence => Workload.Input.Most + Workload.Output.Most;
}

/// <summary>Writes a deployment the way a serving engine takes it: one launch of each pool's replica.</summary>
public static class ServingLaunch
{
    /// <summary>The commands, and what of the deployment the engine has no setting for.</summary>
    public static LaunchText Write(ServingLaunchFormat format, ServingLaunchRequest request)
    {
        var gaps = new GapList();
        var text = new StringBuilder()
            .Append("# ").Append(LaunchFormats.Label).Append('\n')
            .Append(CultureInfo.InvariantCulture, $"# {request.Workload.Model.Id} for {Name(format)}; CHECKPOINT is the folder or repository of the weights\n");
        Common(gaps, request);
        if (request.Deployment.Prefill is { } prefill)
        {
            Pool(prefill, ServingRole.Prefill);
            Pool(request.Deployment.Main, ServingRole.Decode);
        }
        else
        {
            Pool(request.Deployment.Main, ServingRole.Whole);
        }

        return new LaunchText(text.ToString(), [.. gaps.Items.Distinct()]);

        void Pool(ServingPool pool, ServingRole role)
        {
            text.Append(CultureInfo.InvariantCulture, $"# {pool.Replicas} of these{role switch { ServingRole.Prefill => ", computing prompts", ServingRole.Decode => ", decoding", _ => "" }}, each on {pool.Layout.Chips} chips\n");
            var lines = format switch
            {
                ServingLaunchFormat.Vllm => VllmLaunch.Write(gaps, request, pool.Layout, role),
                ServingLaunchFormat.SgLang => SgLangLaunch.Write(gaps, request, pool.Layout, role),
                ServingLaunchFormat.TrtLlm => TrtLlmLaunch.Write(gaps, request, pool.Layout, role),
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
            };
            text.Append(lines);
        }
    }

    /// <summary>A command with one flag a line.</summary>
    internal static string Command(string program, IEnumerable<string> flags) => program + string.Concat(flags.Select(flag => " \\\n    " + flag)) + "\n";

    internal static string Flag(string name, double value) => name + " " + value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Name(ServingLaunchFormat format) => format switch
    {
        ServingLaunchFormat.Vllm => "vLLM",
        ServingLaunchFormat.SgLang => "SGLang",
        _ => "TensorRT-LLM",
    };

    /// <summary>What no engine is told by a flag of its server.</summary>
    private static void Common(GapList gaps, ServingLaunchRequest request)
    {
        var (workload, deployment) = (request.Workload, request.Deployment);
        gaps.AddWhen(deployment.Main.Replicas > 1 || deployment.Prefill is { Replicas: > 1 }, "replicas", $"a router in front of the replicas shares out requests; it is started on its own.");
        gaps.AddWhen(
            workload.Model.Checkpoint is not { } checkpoint || checkpoint.Dense != workload.Precision.Dense || (workload.Model.IsMixtureOfExperts && checkpoint.Experts != workload.Precision.Experts),
            "weights", $"CHECKPOINT must hold weights in the format planned, which is not the one the catalog knows the model to be published in.");
        gaps.AddWhen(workload.HostHitRate > 0, "host-cache", $"a pool of keys and values in host memory is set up by a connector of its own.");
        gaps.AddWhen(workload.PrefixHitRate > 0, "prefix-hits", $"how much is found in the prefix cache follows from the requests; the cache itself is on unless switched off.");
    }
}

/// <summary>What a pool does.</summary>
internal enum ServingRole
{
    Whole,
    Prefill,
    Decode,
}
