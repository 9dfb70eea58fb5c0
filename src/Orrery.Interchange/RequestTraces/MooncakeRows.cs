using System.Text.Json;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.RequestTraces;

/// <summary>
/// Rows as in the Mooncake traces: one JSON object a line with timestamp (milliseconds), input_length and output_length (tokens) and hash_ids
/// (names of the prompt's blocks; may be left out). Other fields are passed over.
/// </summary>
/// <param name="blockTokens">Tokens of a block.</param>
internal sealed class MooncakeRows(int blockTokens) : ITraceRows
{
    private const double Milli = 1e-3;

    private readonly List<long> _names = [];

    public bool TryRead(ReadOnlySpan<byte> line, int number, TraceFindings findings, out TraceRequest row)
    {
        try
        {
            return TryReadObject(line, number, findings, out row);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is a valid token but no text.
            row = default;
            findings.Add(DiagnosticCode.Syntax, "the line holds a name that is no text", number, 1);
            return false;
        }
        catch (JsonException error)
        {
            row = default;
            var message = error.Message;
            var end = message.IndexOf(". ", StringComparison.Ordinal);
            findings.Add(
                DiagnosticCode.Syntax, "the line is not valid JSON: " + (end > 0 ? message[..end] : message).TrimEnd('.'), number, (int)(error.BytePositionInLine ?? 0) + 1,
                "a trace has one object a line, for example {\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500}");
            return false;
        }
    }

    private bool TryReadObject(ReadOnlySpan<byte> line, int number, TraceFindings findings, out TraceRequest row)
    {
        row = default;
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 16 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            findings.Add(DiagnosticCode.BadValue, $"the line holds {TraceFindings.Shown(line)}, expected an object", number, 1);
            return false;
        }

        double? at = null;
        int? input = null, output = null;
        long[]? blocks = null;
        var isRow = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTime = reader.ValueTextEquals("timestamp"u8);
            var isInput = reader.ValueTextEquals("input_length"u8);
            var isOutput = reader.ValueTextEquals("output_length"u8);
            var isBlocks = reader.ValueTextEquals("hash_ids"u8);
            reader.Read();
            var column = (int)reader.TokenStartIndex + 1;
            if (isTime)
            {
                isRow &= TryReadTime(ref reader, number, column, findings, out at);
            }
            else if (isInput || isOutput)
            {
                isRow &= TryReadTokens(ref reader, isInput ? "input_length" : "output_length", number, column, findings, out var tokens);
                input = isInput ? tokens : input;
                output = isOutput ? tokens : output;
            }
            else if (isBlocks)
            {
                isRow &= TryReadBlocks(ref reader, number, column, findings, out blocks);
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // anything behind the object is a syntax error
        isRow &= Has(at is not null, "timestamp") & Has(input is not null, "input_length") & Has(output is not null, "output_length");
        if (isRow && blocks is not null && blocks.Length > ((long)input!.Value + blockTokens - 1) / blockTokens)
        {
            findings.Add(
                DiagnosticCode.OutOfRange, $"hash_ids names {blocks.Length} blocks of {blockTokens} tokens, more than a prompt of {input} tokens has", number, 1, "--block-tokens sets the tokens of a block");
            return false;
        }

        row = new TraceRequest(at ?? 0, input ?? 0, output ?? 0, blocks);
        return isRow;

        bool Has(bool isThere, string name)
        {
            if (!isThere && isRow)
            {
                findings.Add(DiagnosticCode.MissingKey, $"there is no '{name}'", number, 1);
            }

            return isThere;
        }
    }

    private static bool TryReadTime(ref Utf8JsonReader reader, int number, int column, TraceFindings findings, out double? seconds)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var milliseconds) && milliseconds is >= 0 and < 1e15)
        {
            seconds = milliseconds * Milli;
            return true;
        }

        findings.Add(DiagnosticCode.BadValue, $"timestamp is {TraceFindings.Shown(reader.ValueSpan)}, expected milliseconds, 0 or more", number, column);
        reader.Skip();
        seconds = 0;
        return false;
    }

    private static bool TryReadTokens(ref Utf8JsonReader reader, string name, int number, int column, TraceFindings findings, out int tokens)
    {
        var text = reader.TokenType == JsonTokenType.String ? default : reader.ValueSpan;
        var isRead = TokenCount.TryRead(text, name, number, column, findings, out tokens);
        reader.Skip();
        return isRead;
    }

    private bool TryReadBlocks(ref Utf8JsonReader reader, int number, int column, TraceFindings findings, out long[]? blocks)
    {
        blocks = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        var isRow = reader.TokenType == JsonTokenType.StartArray;
        _names.Clear();
        while (isRow && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            isRow = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var name);
            column = isRow ? column : (int)reader.TokenStartIndex + 1;
            _names.Add(isRow ? reader.GetInt64() : 0);
        }

        if (isRow)
        {
            blocks = [.. _names];
            return true;
        }

        findings.Add(DiagnosticCode.BadValue, $"hash_ids holds {TraceFindings.Shown(reader.ValueSpan)}, expected a list of whole numbers", number, column);
        SkipRest(ref reader);
        return false;
    }

    /// <summary>Passes over what is left of the list or value that was no list.</summary>
    private static void SkipRest(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        reader.Skip();
        while (depth > 1 && reader.Read() && reader.CurrentDepth >= depth)
        {
            reader.Skip();
        }
    }
}
