namespace Skale.Contracts;

/// <summary>
/// The facts up to a block say one thing and SKALE Manager itself, asked at that block, another. Published by ChainWatcher when it finds a difference, and again when
/// one of the two values changes. Not a fact: when the contract is asked is the watcher's choice.
/// </summary>
/// <param name="Subject">What it is about: <c>node 3</c>, <c>chain alpha</c>, <c>network</c>.</param>
/// <param name="What">Which value of it, such as <c>free units</c>; with the subject, the name of the difference.</param>
/// <param name="Folded">What the facts give, as text.</param>
/// <param name="Answered">What the contract answers, as text.</param>
/// <param name="Silent">The contract may change this value without a log: news, and no fault of the facts.</param>
/// <param name="BlockNumber">The block that both are about.</param>
public sealed record ManagerDiffers(
    string Network, string Subject, string What, string Folded, string Answered, bool Silent, long BlockNumber, string BlockHash, DateTimeOffset At);

/// <summary>A difference that <see cref="ManagerDiffers"/> told is not there any more: both agree, or what it was about is gone.</summary>
/// <param name="Subject">As it was told.</param>
/// <param name="What">As it was told.</param>
/// <param name="BlockNumber">The block at which it was not found again.</param>
public sealed record ManagerDifferenceGone(string Network, string Subject, string What, long BlockNumber, string BlockHash, DateTimeOffset At);
