using System.CommandLine;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;

namespace Orrery.Cli.Shell;

/// <summary>The word of the command line that says which model runs on how many chips of what.</summary>
internal sealed class ScenarioArgument
{
    private readonly Argument<string> _argument = new("MODEL@SYSTEM:CHIPS") { Description = "A model (or a Hugging Face config.json) on so many chips of a system" };

    public void AddTo(Command command) => command.Arguments.Add(_argument);

    /// <summary>Looks up its names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts)
    {
        foreach (var text in parsed.WordsOf(_argument))
        {
            facts.Scenario(text);
        }
    }

    /// <summary>What its names mean; null where one is wrong, which is noted.</summary>
    public (Transformer Model, Cluster Cluster)? Find(ParseResult parsed, Facts facts) => facts.Scenario(Text(parsed));

    public string Text(ParseResult parsed) => parsed.GetRequiredValue(_argument);

    /// <summary>The model as it was typed: a name or a path.</summary>
    public string ModelText(ParseResult parsed)
    {
        var text = Text(parsed);
        return text[..text.LastIndexOf('@')];
    }
}
