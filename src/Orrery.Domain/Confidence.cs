namespace Orrery.Domain;

/// <summary>How a value is known, best first. From <see cref="Claimed"/> on, a value carries a range.</summary>
public enum Confidence
{
    Measured,
    Published,
    Claimed,
    Estimated,
    Assumed,
}
