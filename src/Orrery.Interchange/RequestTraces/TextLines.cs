namespace Orrery.Interchange.RequestTraces;

/// <summary>The lines of a file of any size as bytes, one at a time and in the memory of the longest.</summary>
internal sealed class TextLines(Stream stream) : IDisposable
{
    /// <summary>A request of a million tokens names its blocks in a tenth of this.</summary>
    public const int MostBytes = 1 << 20;

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isOver;

    /// <summary>Of the line read last, counted from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The line read last is longer than is accepted; nothing behind it can be read.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads the next line, without its end.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        line = default;
        for (var searched = 0; !IsTooLong;)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var at = unread[searched..].IndexOf((byte)'\n');
            if (at >= 0 || (_isOver && unread.Length > 0))
            {
                var length = at >= 0 ? searched + at : unread.Length;
                line = Trimmed(unread[..length]);
                _start += at >= 0 ? length + 1 : length;
                Number++;
                return true;
            }

            if (_isOver)
            {
                return false;
            }

            searched = unread.Length;
            Fill();
        }

        return false;
    }

    public void Dispose() => stream.Dispose();

    private void Fill()
    {
        var unread = _end - _start;
        if (unread > MostBytes)
        {
            IsTooLong = true;
            Number++;
            return;
        }

        if (unread == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * unread);
        }
        else
        {
            _buffer.AsSpan(_start, unread).CopyTo(_buffer);
        }

        (_start, _end) = (0, unread);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isOver = read == 0;
    }

    private ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line)
    {
        line = Number == 0 && line.StartsWith("\uFEFF"u8) ? line[3..] : line;
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
