using Orrery.Policy.Claims.Expressions;

namespace Orrery.Policy.Statements;

/// <summary>What a statement states of its subject.</summary>
public enum StatedQuantity
{
    /// <summary>Dense operations a second of the whole subject, in TFLOP/s.</summary>
    Peak,

    /// <summary>Bytes a second of the links of the whole subject, in GB/s.</summary>
    Interconnect,

    /// <summary>GB.</summary>
    Memory,

    /// <summary>GB/s.</summary>
    MemoryBandwidth,

    /// <summary>So many times another subject, called performance.</summary>
    TimesAsFast,

    /// <summary>The subject comes after another and is taken to be more.</summary>
    Successor,

    /// <summary>When it happened, as a fractional year.</summary>
    Date,

    /// <summary>Any number that statements are computed from, or that several documents state.</summary>
    Number,

    /// <summary>That a rule limits a sum, as a share; 0 for that it does not.</summary>
    AggregateLimit,

    /// <summary>The subject is only named.</summary>
    Mention,
}

/// <summary>One statement of a document, as data.</summary>
public sealed record Statement
{
    public required string Id { get; init; }
    public required string Document { get; init; }
    public required string Says { get; init; }

    /// <summary>SYSTEM, SYSTEM:CHIPS, a chip or a rule of the catalog; or a name that only the document has.</summary>
    public required string Subject { get; init; }
    public required StatedQuantity Quantity { get; init; }

    /// <summary>NaN where it only names.</summary>
    public double Value { get; init; } = double.NaN;

    /// <summary>The subject that it is held against; empty where there is none.</summary>
    public string Against { get; init; } = "";

    /// <summary>Statements of one group are compared with each other in one sentence or argument.</summary>
    public string Group { get; init; } = "";

    /// <summary>When it was said, as a fractional year; NaN where that does not matter.</summary>
    public double Said { get; init; } = double.NaN;

    /// <summary>What the value should be by the document's other statements; null where it is given.</summary>
    public Expression? FollowsFrom { get; init; }
}

/// <summary>Something that does not fit together.</summary>
/// <param name="Kind">What sort of thing it is: "precisions mixed".</param>
/// <param name="Says">In a sentence, with the numbers.</param>
public sealed record Inconsistency(string Kind, string Says, IReadOnlyList<Statement> Statements);
