namespace Orrery.Comparison.Uncertainty;

/// <summary>How far predictions like one have been off, as the half-width of an 80 % interval of ln(speed).</summary>
/// <param name="HalfWidth">With what never was validated added.</param>
/// <param name="OfNearest">Left-out results of the same class on the same chip generation.</param>
/// <param name="OfClass">Left-out results of the same class.</param>
/// <param name="ChipIsNew">No result of the class on this chip generation has been judged.</param>
/// <param name="FamilyIsNew">No result of this model family has been judged.</param>
public sealed record ResidualSpread(ValidatedGroup Group, double HalfWidth, int OfNearest, int OfClass, bool ChipIsNew, bool FamilyIsNew)
{
    /// <summary>The share of measurements that an interval is made to hold.</summary>
    public const double Level = 0.8;

    /// <summary>Where the residuals are from, to follow "residuals of".</summary>
    public string Source => OfNearest > 0
        ? FormattableString.Invariant($"{OfNearest} left-out results on {Group.Generation}, {Group.Class}")
        : OfClass > 0 ? FormattableString.Invariant($"{OfClass} left-out results of class {Group.Class} on other chip generations")
        : "left-out results of other classes";

    /// <summary>What of the prediction lies outside what has been validated, a sentence each.</summary>
    public IReadOnlyList<string> Outside =>
    [
        .. ChipIsNew ? new[] { $"Outside what has been validated: no published result of class {Group.Class} on chips of generation {Group.Generation} has been judged; the interval is wider by how far off whole generations left out of the fit were." } : [],
        .. FamilyIsNew ? new[] { $"Outside what has been validated: no published result of model family {Group.Family} has been judged; the interval is wider by how far off whole families left out of the fit were." } : [],
    ];

    // Units of a level that weigh as much as the coarser levels together. A class has some twenty groups on three or four chip
    // generations: one of them outweighs its class when it brings more than would fall to it by lot.
    private const double UnitsForHalf = 6;

    // What a row of a unit of n rows weighs is n to this power, as in the fit: between all rows alike, where one big source
    // would set the width, and all units alike, where one run would count as much as sixty.
    private const double UnitSizePower = -0.5;

    /// <summary>
    /// h^2 = g^2 + max(0, c^2 - g^2) [class never validated on the chip generation] + max(0, m^2 - g^2) [model family never validated], with
    /// g, c, m the 80 % quantiles of |ln(measured / predicted)| over results whose group, chip generation or model family was left
    /// out of the fit. Each quantile is of a mixture of the nearest results (class and chip generation), the class and everything:
    /// a level of n units (groups, chip generations or model families, as was left out) takes n / (n + 6) of the weight that finer
    /// ones left over. Assumes that the two novelties are independent, and errors as likely up as down.
    /// </summary>
    /// <param name="counts">Which residuals may be used; those of a result that the spread is to be judged by must not.</param>
    /// <returns>Null where there is no residual to speak from.</returns>
    public static ResidualSpread? Of(ResidualTable table, ValidatedGroup group, Func<Residual, bool>? counts = null)
    {
        var used = table.Residuals.Where(residual => counts?.Invoke(residual) ?? true).ToLookup(residual => residual.LeftOut);
        var seen = used[LeftOut.Group].ToList();
        if (seen.Count == 0)
        {
            return null;
        }

        var chipIsNew = !seen.Exists(residual => IsNearest(residual, group));
        var familyIsNew = !seen.Exists(residual => residual.Family == group.Family);
        var square = Math.Pow(Quantile(seen, group), 2);
        var whole = square
            + (chipIsNew ? Excess(LeftOut.Chip) : 0)
            + (familyIsNew ? Excess(LeftOut.Model) : 0);
        return new ResidualSpread(
            group, Math.Sqrt(whole), seen.Count(residual => IsNearest(residual, group)), seen.Count(residual => residual.Class == group.Class),
            chipIsNew, familyIsNew);

        double Excess(LeftOut leftOut) => used[leftOut].ToList() is { Count: > 0 } some ? Math.Max(0, Math.Pow(Quantile(some, group), 2) - square) : 0;
    }

    private static bool IsNearest(Residual residual, ValidatedGroup group) =>
        residual.Class == group.Class && residual.Generation == group.Generation;

    private static double Quantile(List<Residual> residuals, ValidatedGroup group)
    {
        var sizes = residuals.GroupBy(residual => residual.Unit).ToDictionary(rows => rows.Key, rows => Math.Pow(rows.Count(), UnitSizePower));
        var weights = new double[residuals.Count];
        var left = 1.0;
        foreach (var level in new Func<Residual, bool>[] { residual => IsNearest(residual, group), residual => residual.Class == group.Class, _ => true })
        {
            var members = Enumerable.Range(0, residuals.Count).Where(at => level(residuals[at])).ToList();
            var units = members.Select(at => residuals[at].Unit).Distinct().Count();
            var share = members.Count == residuals.Count ? left : left * units / (units + UnitsForHalf);
            var sum = members.Sum(at => sizes[residuals[at].Unit]);
            foreach (var at in members)
            {
                weights[at] += share * sizes[residuals[at].Unit] / sum;
            }

            left -= share;
        }

        return Quantile([.. residuals.Select((residual, at) => (Math.Abs(residual.Value), weights[at]))]);
    }

    /// <summary>Weighted, linear between the middles of the steps.</summary>
    private static double Quantile((double Value, double Weight)[] values)
    {
        Array.Sort(values);
        var sum = values.Sum(value => value.Weight);
        var (below, at) = (values[0].Value, 0.0);
        var passed = 0.0;
        foreach (var (value, weight) in values)
        {
            var middle = (passed + (weight / 2)) / sum;
            if (middle >= Level)
            {
                return middle > at ? below + ((Level - at) / (middle - at) * (value - below)) : value;
            }

            (below, at) = (value, middle);
            passed += weight;
        }

        return below;
    }
}
