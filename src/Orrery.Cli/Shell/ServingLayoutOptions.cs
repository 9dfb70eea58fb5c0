using System.CommandLine;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Cli.Shell;

/// <summary>The words of the command line that say how replicas lie on chips.</summary>
internal sealed class ServingLayoutOptions
{
    private readonly Degrees _main = new("", "");
    private readonly Degrees _prefill = new("prefill-", " of the prefill pool (default: as without 'prefill-')");
    private readonly Option<double?> _skew = Choice.Between("--expert-skew", "Load of the hottest expert rank over the mean, at --ep 8 (default 1: balanced)", 1, 8);
    private readonly Option<bool> _overlap = new("--two-batch-overlap") { Description = OverlapHelp };
    private readonly Option<int?> _prefillChips = Choice.Whole("--prefill-chips", "Chips of a pool of their own that computes prompts (disaggregated)");
    private readonly Option<int?> _decodeChips = Choice.Whole("--decode-chips", "Chips of the pool that decodes (default: those that --prefill-chips leaves)");

    /// <summary>What the option means, here and where deployments are planned.</summary>
    public const string OverlapHelp = "Two halves of a batch take turns at computing and at exchanging tokens with the experts' ranks (default: one after the other)";

    public void AddTo(Command command)
    {
        _main.AddTo(command);
        command.Options.Add(_skew);
        command.Options.Add(_overlap);
        command.Options.Add(_prefillChips);
        command.Options.Add(_decodeChips);
        _prefill.AddTo(command);
    }

    /// <summary>The deployment they say on so many chips; whether it can be is for <see cref="ServingRules"/>, except for options that do not go together.</summary>
    public ServingDeployment Read(ParseResult parsed, Facts facts, Transformer model, int chips)
    {
        ServingWorkloadOptions.CheckExperts(parsed, facts, model, _overlap);
        ServingWorkloadOptions.CheckExperts(parsed, facts, model, _skew);
        var skew = parsed.GetValue(_skew) ?? 1;
        var layout = _main.Read(parsed, new ServingLayout()) with { ExpertSkew = skew, TwoBatchOverlap = parsed.GetValue(_overlap) };
        var (prefill, decode) = (parsed.GetValue(_prefillChips), parsed.GetValue(_decodeChips));
        if (prefill is null && decode is null)
        {
            foreach (var name in _prefill.Given(parsed))
            {
                facts.Wrong(CommandLineCode.Conflict, $"{name} is given without --prefill-chips, which makes a pool for prompts", "give --prefill-chips, or leave it out");
            }

            return new ServingDeployment(Pool(layout, chips));
        }

        var ofPrefill = prefill ?? chips - decode!.Value;
        var ofDecode = decode ?? chips - prefill!.Value;
        if (ofPrefill < 1 || ofDecode < 1 || ofPrefill + ofDecode != chips)
        {
            facts.Wrong(CommandLineCode.Conflict,
                FormattableString.Invariant($"--prefill-chips {ofPrefill} and --decode-chips {ofDecode} do not share out the {chips} chips asked for"), "they must sum to it; give one of them alone");
            return new ServingDeployment(Pool(layout, chips));
        }

        var other = _prefill.Read(parsed, layout);
        return new ServingDeployment(Pool(layout, ofDecode), Pool(other, ofPrefill));
    }

    private static ServingPool Pool(ServingLayout layout, int chips) => new(layout, chips / layout.Chips);

    /// <summary>The degrees of one pool.</summary>
    private sealed class Degrees(string prefix, string ofWhich)
    {
        private readonly Option<int?> _tensor = Choice.Whole($"--{prefix}tp", $"Tensor-parallel degree{Or(ofWhich)}", most: 65_536);
        private readonly Option<int?> _pipeline = Choice.Whole($"--{prefix}pp", $"Pipeline-parallel degree{Or(ofWhich)}", most: 65_536);
        private readonly Option<int?> _data = Choice.Whole($"--{prefix}dp", $"Attention-data-parallel degree (DP attention){Or(ofWhich)}", most: 65_536);
        private readonly Option<int?> _expert = Choice.Whole($"--{prefix}ep", $"Expert-parallel degree, over the ranks of tp x dp{Or(ofWhich)}", most: 65_536);
        private readonly Option<int?> _shards = Choice.Whole($"--{prefix}kv-shards", $"Tensor-parallel ranks that share out a sequence's cache by position{Or(ofWhich)}", most: 65_536);

        private Option<int?>[] All => [_tensor, _pipeline, _data, _expert, _shards];

        public void AddTo(Command command)
        {
            foreach (var option in All)
            {
                command.Options.Add(option);
            }
        }

        public IEnumerable<string> Given(ParseResult parsed) => All.Where(option => parsed.GetValue(option) is not null).Select(option => option.Name);

        public ServingLayout Read(ParseResult parsed, ServingLayout otherwise) => otherwise with
        {
            TensorParallel = parsed.GetValue(_tensor) ?? otherwise.TensorParallel,
            PipelineParallel = parsed.GetValue(_pipeline) ?? otherwise.PipelineParallel,
            AttentionDataParallel = parsed.GetValue(_data) ?? otherwise.AttentionDataParallel,
            ExpertParallel = parsed.GetValue(_expert) ?? otherwise.ExpertParallel,
            CacheShards = parsed.GetValue(_shards) ?? otherwise.CacheShards,
        };

        private static string Or(string which) => which.Length > 0 ? which : " (default 1)";
    }
}
