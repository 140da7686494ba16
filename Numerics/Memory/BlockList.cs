namespace Turnstile.Numerics;

/// <summary>
/// A long list in blocks that are not moved: a list in one array stands still for ten milliseconds when its million entries
/// have to move to a longer one.
/// </summary>
/// <typeparam name="T">An entry.</typeparam>
internal sealed class BlockList<T>
{
    private const int BlockBits = 15;
    private const int BlockLength = 1 << BlockBits;

    // The first block grows from here: most lists are short.
    private const int FirstLength = 1 << 8;

    private readonly List<T[]> _blocks = [];

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    public ref T this[int index] => ref _blocks[index >> BlockBits][index & (BlockLength - 1)];

    public void Add(T entry)
    {
        var place = Count & (BlockLength - 1);
        if (place == 0)
        {
            _blocks.Add(new T[Count == 0 ? FirstLength : BlockLength]);
        }
        else if (place == _blocks[^1].Length)
        {
            var block = _blocks[^1];
            Array.Resize(ref block, 2 * place);
            _blocks[^1] = block;
        }

        _blocks[^1][place] = entry;
        Count++;
    }
}
