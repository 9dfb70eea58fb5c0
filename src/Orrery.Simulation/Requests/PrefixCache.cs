using System.Runtime.InteropServices;

namespace Orrery.Simulation.Requests;

/// <summary>
/// Blocks of prompts whose keys and values are still there: those of running requests, and of finished ones the blocks used last, as many
/// as the room left over holds.
/// </summary>
/// <remarks>
/// Blocks are found again by name from a prompt's first on, up to the first that is not there. A block of running requests takes no room
/// of its own here: each request has been promised room for its whole prompt, found or not, so shared blocks count once a request.
/// </remarks>
internal sealed class PrefixCache
{
    private const int None = -1;

    private readonly Dictionary<long, int> _places = [];
    private readonly Stack<int> _free = new();
    private Block[] _blocks = new Block[256];
    private int _used;
    private int _oldest = None;
    private int _newest = None;

    /// <summary>Blocks that no running request holds.</summary>
    public int Idle { get; private set; }

    /// <summary>Blocks there are.</summary>
    public int Count => _places.Count;

    /// <summary>Holds the leading blocks that are there, and returns how many.</summary>
    public int Hold(ReadOnlySpan<long> names)
    {
        var held = 0;
        while (held < names.Length && _places.TryGetValue(names[held], out var at))
        {
            Take(at);
            held++;
        }

        return held;
    }

    /// <summary>Puts computed blocks in, held by the request that computed them.</summary>
    public void Publish(ReadOnlySpan<long> names)
    {
        foreach (var name in names)
        {
            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, name, out var exists);
            if (!exists)
            {
                at = _free.TryPop(out var empty) ? empty : _used++;
                if (at == _blocks.Length)
                {
                    Array.Resize(ref _blocks, 2 * at);
                }

                _blocks[at] = new Block { Name = name, Holders = 1 };
            }
            else
            {
                Take(at);
            }
        }
    }

    /// <summary>Lets blocks go; the last of a prompt counts as used before the first, so that it goes first.</summary>
    public void Release(ReadOnlySpan<long> names)
    {
        for (var i = names.Length - 1; i >= 0; i--)
        {
            var at = _places[names[i]];
            if (--_blocks[at].Holders == 0)
            {
                Link(at);
            }
        }
    }

    /// <summary>Forgets the blocks used longest ago, until so many idle ones are left.</summary>
    public void Trim(double most)
    {
        while (Idle > most && _oldest != None)
        {
            var at = _oldest;
            Unlink(at);
            _places.Remove(_blocks[at].Name);
            _free.Push(at);
        }
    }

    private void Take(int at)
    {
        if (_blocks[at].Holders++ == 0)
        {
            Unlink(at);
        }
    }

    private void Link(int at)
    {
        ref var block = ref _blocks[at];
        (block.Older, block.Newer) = (_newest, None);
        if (_newest != None)
        {
            _blocks[_newest].Newer = at;
        }
        else
        {
            _oldest = at;
        }

        _newest = at;
        Idle++;
    }

    private void Unlink(int at)
    {
        var (older, newer) = (_blocks[at].Older, _blocks[at].Newer);
        if (older != None)
        {
            _blocks[older].Newer = newer;
        }
        else
        {
            _oldest = newer;
        }

        if (newer != None)
        {
            _blocks[newer].Older = older;
        }
        else
        {
            _newest = older;
        }

        Idle--;
    }

    private struct Block
    {
        public long Name;
        public int Holders;
        public int Older;
        public int Newer;
    }
}
