using System.Collections;
using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.SkaleManager;

namespace Skale.Scheduler.Tests;

/// <summary>Which members of the classes that a state is made of had a value, and which never had one.</summary>
internal sealed class MembersSeen
{
    private readonly HashSet<string> all = [];
    private readonly HashSet<string> valued = [];

    public IEnumerable<string> AlwaysDefault => all.Except(valued).Order(StringComparer.Ordinal);

    public void Look(object? at)
    {
        switch (at)
        {
            case null:
                break;
            case SchedulingPolicy or IRequest or NodeEnrolled or KeyCeremonyFailed:
                break; // kept in the form that the log has of them
            case Room or ContractRoom:
                break; // made when it is asked for
            case NodeDictionary nodes:
                LookAtEach(nodes.Values);
                break;
            case PlacementBooks books:
                Look(books.State());
                break;
            case IDictionary dictionary:
                LookAtEach(dictionary.Values);
                break;
            case IEnumerable many and not string:
                LookAtEach(many);
                break;
            case var one when one.GetType().Namespace!.StartsWith(nameof(Skale), StringComparison.Ordinal) && !one.GetType().IsEnum:
                LookInside(one);
                break;
        }
    }

    private void LookAtEach(IEnumerable many)
    {
        foreach (var one in many)
        {
            Look(one);
        }
    }

    private void LookInside(object one)
    {
        foreach (var field in Alike.Fields(one.GetType()))
        {
            var (name, value) = ($"{field.DeclaringType!.Name}.{Alike.NameOf(field)}", field.GetValue(one));
            all.Add(name);
            if (!IsDefault(value))
            {
                valued.Add(name);
            }

            Look(value);
        }
    }

    private static bool IsDefault(object? value) => value switch
    {
        null => true,
        string text => text.Length == 0,
        IEnumerable many => !many.Cast<object?>().Any(),
        _ => value.GetType().IsValueType && value.Equals(Activator.CreateInstance(value.GetType())),
    };
}
