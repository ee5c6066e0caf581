// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The structs and events of SKALE Manager 1.9 to 1.13 that the development contract uses. Their signatures are wire format.
abstract contract SkaleManagerEvents {
    enum NodeStatus { Active, Leaving, Left, InMaintenance }

    struct Node {
        string name;
        bytes4 ip;
        bytes4 publicIP;
        uint16 port;
        uint256 startBlock;
        uint256 lastRewardDate;
        uint256 finishTime;
        NodeStatus status;
        uint256 validatorId;
    }

    struct Schain {
        string name;
        address owner;
        uint256 indexInOwnerList;
        uint8 partOfNode;
        uint256 lifetime;
        uint256 startDate;
        uint256 startBlock;
        uint256 deposit;
        uint64 index;
        uint256 generation;
        address originator;
    }

    struct SchainType {
        uint8 partOfNode;
        uint256 numberOfNodes;
    }

    struct Rotation {
        uint256 nodeIndex;
        uint256 newNodeIndex;
        uint256 freezeUntil;
        uint256 rotationCounter;
    }

    event NodeCreated(uint256 nodeIndex, address owner, string name, bytes4 ip, bytes4 publicIP, uint16 port, uint16 nonce, string domainName);
    event ExitInitialized(uint256 nodeIndex, uint256 startLeavingPeriod);
    event ExitCompleted(uint256 nodeIndex);
    event IncompliantNode(uint256 indexed nodeIndex, bool status);
    event MaintenanceNode(uint256 indexed nodeIndex, bool status);
    event IPChanged(uint256 indexed nodeIndex, bytes4 previousIP, bytes4 newIP);
    event SchainCreated(string name, address owner, uint256 partOfNode, uint256 lifetime, uint256 numberOfNodes, uint256 deposit, uint16 nonce, bytes32 schainHash);
    event SchainNodes(string name, bytes32 schainHash, uint256[] nodesInGroup);
    event SchainDeleted(address owner, string name, bytes32 indexed schainHash);
    event NodeAdded(bytes32 schainHash, uint256 newNode);
    event SchainTypeAdded(uint256 indexed schainType, uint256 partOfNode, uint256 numberOfNodes);
    event SchainTypeRemoved(uint256 indexed schainType);
    event ConstantUpdated(bytes32 indexed constantHash, uint256 previousValue, uint256 newValue);
    event RotationDelaySkipped(bytes32 indexed schainHash);
    event ChannelOpened(bytes32 schainHash);
    event SuccessfulDKG(bytes32 indexed schainHash);
}
