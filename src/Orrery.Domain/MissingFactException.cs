namespace Orrery.Domain;

/// <summary>The question cannot be answered because the catalog lacks a fact; the message names it.</summary>
public sealed class MissingFactException(string message) : Exception(message);
