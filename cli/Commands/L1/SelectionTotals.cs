using Skale.SkaleManager;

namespace Skale.Cli.Commands.L1;

/// <summary>What came of all choices.</summary>
/// <param name="to">The last block.</param>
internal sealed class SelectionTotals(long to)
{
    public long To { get; } = to;

    public int Created { get; private set; }

    public int Replaced { get; private set; }

    public int Stuck { get; private set; }

    public int Agree { get; private set; }

    public int Differ { get; private set; }

    public int NotComputable { get; private set; }

    /// <summary>The block of the first choice that differs: those behind it may differ because of it.</summary>
    public long? FirstDifference { get; private set; }

    public int Computed => Agree + Differ;

    /// <summary>And there was something to compute.</summary>
    public bool AllAgree => Agree > 0 && Differ + NotComputable == 0;

    public void Add(CheckedChoice choice)
    {
        (Created, Replaced, Stuck) = choice.Kind switch
        {
            ChoiceKind.Created => (Created + 1, Replaced, Stuck),
            ChoiceKind.Replaced => (Created, Replaced + 1, Stuck),
            _ => (Created, Replaced, Stuck + 1),
        };
        (Agree, Differ, NotComputable) = choice.Finding switch
        {
            Finding.Agrees => (Agree + 1, Differ, NotComputable),
            Finding.Differs => (Agree, Differ + 1, NotComputable),
            _ => (Agree, Differ, NotComputable + 1),
        };
        FirstDifference ??= choice.Finding == Finding.Differs ? choice.Fact.Origin.BlockNumber : null;
    }
}
