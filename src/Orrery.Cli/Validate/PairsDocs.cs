using System.Text;
using Orrery.Cli.Terminal;
using Orrery.Evidence.Pairs;

namespace Orrery.Cli.Validate;

/// <summary>The section of the accuracy page on differences.</summary>
internal static class PairsDocs
{
    private const int WorstShown = 10;

    public static string Section(PairReport report, PairReport leftOut) => new StringBuilder()
        .Append("## Choosing\n\n")
        .Append("Written with the rest of this page; `./orrery validate pairs` lists every pair. Rows of one source and release that agree in model, chip, system and everything else that was stated, and differ in one thing only. A pair's error is that of the ratio of the two rows' tokens a second and chip, predicted over measured, less one; for scale that ratio is what is kept of a chip's speed at more chips, under one global batch or one batch a rank. Sets hold all rows that differ in the one thing: rank correlation is Kendall's tau-b of predicted and measured speed in sets of three or more (their number in brackets), weighted by pairs; regret is how much faster the best measured row of a set ran than the one that would have been picked. A measurement published twice counts once. \"Strategy\" is everything but recompute; \"strategy and recompute\" holds both kinds and rows that differ in both.\n\n")
        .Append(AccuracySections.Markdown(PairsText.Kinds(report)))
        .Append("\nWith each row predicted by a fit that left its group out (`./orrery validate pairs --left-out`); both rows of a pair are in one group:\n\n")
        .Append(AccuracySections.Markdown(PairsText.Kinds(leftOut)))
        .Append($"\n### The {WorstShown} worst pairs\n\n")
        .Append(AccuracySections.Markdown(PairsText.Worst(report, WorstShown)))
        .ToString();
}
