using Orrery.Cli.Compare;
using Orrery.Cli.Scale;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Parity;
using Orrery.Comparison.Scaling;

namespace Orrery.Cli.Parity;

/// <summary>Parity for people: the number or what stops it, the numbers tried, the two side by side, how sure.</summary>
internal static class ParityText
{
    private const int ObstaclesTold = 3;

    public static void Write(Screen screen, IReadOnlyList<ParityAnswer> answers)
    {
        foreach (var answer in answers)
        {
            foreach (var line in Headline(answer.Parity))
            {
                screen.Line(screen.Bold(line));
            }
        }

        foreach (var parity in answers.Select(answer => answer.Parity))
        {
            var workload = parity.Question.Workload;
            // The first side's own number of chips was not searched for.
            foreach (var side in parity.Question.Deadline is null ? [parity.Second] : Sides(parity))
            {
                if (side.Tried.Count == 0)
                {
                    continue;
                }

                screen.Heading($"{side.Contestant.Cluster.System.Name}: numbers tried, {Asked(workload)}");
                ParityTable.Of(parity, side).WriteTo(screen, indent: 2);
            }

            foreach (var side in Sides(parity).Where(side => side.Reached is null && side.Fastest is not null))
            {
                foreach (var line in WhatStops(parity, side))
                {
                    screen.Line("  " + line);
                }
            }

            if (parity.Anchors is { } anchors)
            {
                screen.Heading($"Side by side: training {workload.Model.Name}, {(parity.HasParity ? "at parity" : "where each is fastest")}");
                CompareTable.Of(anchors, [.. anchors.Results.Select(result => result.Contestant)]).WriteTo(screen, indent: 2);
            }
        }

        var bouts = answers.Select(answer => answer.Parity.Anchors).OfType<Comparison.Delivered.Bout>().ToList();
        if (bouts.Count > 0)
        {
            screen.Heading("How sure");
            foreach (var parity in answers.Select(answer => answer.Parity).Where(parity => parity.Question.Workload.Run is not null))
            {
                screen.Line("  " + ScaleText.Critical(parity.Question.Workload.Run!, parity.Question.Workload));
            }

            foreach (var line in HowSureText.Of(bouts, withBatch: true))
            {
                screen.Line("  " + line);
            }
        }

        screen.Heading("Again");
        foreach (var answer in answers)
        {
            screen.Line("  " + answer.Command);
            foreach (var result in answer.Parity.Anchors?.Results ?? [])
            {
                screen.Line("  " + CompareText.Command(result, answer.ModelText));
            }
        }
    }

    private static IEnumerable<string> Headline(SystemParity parity)
    {
        var (question, model) = (parity.Question, parity.Question.Workload.Model.Id);
        foreach (var side in Sides(parity).Where(side => side.Fastest is null && side.WhyNot.Length > 0))
        {
            yield return $"{model}: no. {side.Contestant.Cluster.System.Name} cannot train it: {side.WhyNot}.";
        }

        if (question.Deadline is { } deadline)
        {
            foreach (var side in Sides(parity).Where(side => side.Fastest is not null))
            {
                if (side.Reached is { } point)
                {
                    yield return $"{model}: {Count(side)} end a run of {Amount.Tokens(point.Run!.MinimumTokens)} tokens in {point.TimeToTrain} ({deadline} allowed).";
                    continue;
                }

                yield return $"{model}: no number of {side.Contestant.Cluster.System.Name} chips up to {Number.Count(question.MostChips)} ends a run of {Amount.Tokens(question.Workload.Run!.MinimumTokens)} tokens in {deadline}; the soonest is {side.Fastest!.TimeToTrain}, on {Number.Count(side.Fastest.Chips)} chips.";
                yield return $"  {Stopped(side)}";
            }
        }

        if (parity.First.Reached is not { } first || parity.Second.Fastest is not { } most)
        {
            yield break;
        }

        var asked = Number.Count(first.Chips);
        if (parity.Second.Reached is not null)
        {
            var range = parity.ChipRatioRange is var (low, high) ? $" ({Number.Ratio(low)} to {Number.Ratio(high)})" : "";
            yield return question.Deadline is null
                ? $"{model}: {Count(parity.Second)} deliver what {asked} chips of {parity.First.Contestant.Cluster.System.Name} do ({Delivers(parity)}): {Number.Ratio(parity.ChipRatio!.Value)} as many{range}."
                : $"{model}: {Number.Ratio(parity.ChipRatio!.Value)} as many chips of {parity.Second.Contestant.Cluster.System.Name}{range}.";
        }
        else if (question.Deadline is null)
        {
            yield return $"{model}: no number of {parity.Second.Contestant.Cluster.System.Name} chips up to {Number.Count(question.MostChips)} delivers what {asked} chips of {parity.First.Contestant.Cluster.System.Name} do ({Delivers(parity)}): at most {Number.Percent(parity.ShareReached!.Value)} of that, on {Number.Count(most.Chips)} chips.";
            yield return $"  {Stopped(parity.Second)}";
        }
    }

    /// <summary>What the first delivers.</summary>
    private static string Delivers(SystemParity parity)
    {
        var first = parity.First.Reached!;
        var precision = Words.Of(Words.Precisions, first.Best.Workload.Precision);
        return first.TimeToTrain is { } time
            ? $"{Amount.Tokens(first.Run!.MinimumTokens)} tokens in {time}, {precision}"
            : $"{Number.Text(first.TokensPerSecond)} tokens/s, {precision}";
    }

    private static string Stopped(ParitySide side) => side.IsStillGaining
        ? $"The limit on their number stops it: the last doubling still gained {Number.Percent(side.LastDoubling!.Value)}; --most-chips raises it."
        : side.Obstacles.Count == 0
            ? "Further chips stay idle: no strategy that uses more is faster."
            : $"What stops it (shares of all chips' time beyond those on {Number.Count(side.Tried[0].Chips)} chips): {string.Join(", ", side.Obstacles.Take(ObstaclesTold).Select(ScaleTable.Loss))}.";

    private static IEnumerable<string> WhatStops(SystemParity parity, ParitySide side)
    {
        var fastest = side.Fastest!;
        var all = parity.Question.MostChips;
        var at = $"{Number.Count(fastest.Chips)} chips ({Number.Text(fastest.Systems)} systems): {Number.Text(fastest.TokensPerSecond)} tokens/s with {StrategyText.Short(fastest.Best.Strategy)}.";
        yield return side.IsStillGaining ? $"The most looked into is {at}" : $"It saturates at {at}";
        if (fastest.Chips < all)
        {
            yield return $"Of {Number.Count(all)} chips {Number.Count(all - fastest.Chips)} would stay idle: a batch of {Number.Count(fastest.Best.Workload.GlobalBatch)} sequences leaves no faster strategy that uses them.";
        }

        if (parity.Question.Workload.GlobalBatch is null)
        {
            yield return $"Its batch is {Number.Count(fastest.Best.Workload.GlobalBatch)} of the critical {Number.Count(parity.Question.Workload.CriticalSequences)} sequences.";
        }

        yield return Stopped(side);
        yield return "Where the time of all its chips goes:";
        foreach (var loss in ScaleLoss.Of(fastest).Where(loss => loss.Share >= 0.005).OrderByDescending(loss => loss.Share))
        {
            yield return $"  {Number.Percent(loss.Share),7}  {loss.Limit.Name}";
        }

        yield return $"  {Number.Percent(fastest.Mfu * fastest.StatisticalEfficiency * fastest.Goodput.Share),7}  model compute that counts";
    }

    private static IReadOnlyList<ParitySide> Sides(SystemParity parity) => [parity.First, parity.Second];

    private static string Asked(ScalingWorkload workload) => workload.GlobalBatch is { } batch
        ? $"{workload.Model.Name}, {PrecisionWord.Of(workload.Precision)}, a batch of {Number.Count(batch)} sequences ({Amount.Tokens((double)batch * workload.SequenceLength)} tokens)"
        : $"{workload.Model.Name}, {PrecisionWord.Of(workload.Precision)}, a batch of up to the critical {Number.Count(workload.CriticalSequences)} sequences";

    private static string Count(ParitySide side)
    {
        var (point, system) = (side.Reached!, side.Contestant.Cluster.System);
        var systems = side.Systems!.Value;
        return $"{Number.Count(point.Chips)} chips of {system.Name} ({(point.Chips < system.Chips ? $"{Number.Text(point.Systems)} of a system" : systems == 1 ? "one system" : $"{Number.Count(systems)} systems")})";
    }
}
