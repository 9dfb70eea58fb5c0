using System.Globalization;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Collects what a framework has no setting for.</summary>
internal sealed class GapList
{
    private readonly List<LaunchGap> _items = [];

    public IReadOnlyList<LaunchGap> Items => _items;

    public void Add(string setting, FormattableString reason) =>
        _items.Add(new LaunchGap(setting, reason.ToString(CultureInfo.InvariantCulture)));

    public void AddWhen(bool applies, string setting, FormattableString reason)
    {
        if (applies)
        {
            Add(setting, reason);
        }
    }
}
