// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SkaleManagerNodes} from "./SkaleManagerNodes.sol";

/// Development stand-in for SKALE Manager: one contract that emits the events of SKALE Manager 1.9 to 1.13 with their exact
/// signatures, in their order within a transaction. It keeps no money, stake or keys. Where a creation names a group, the contract
/// accounts for the units of its nodes; where it does not, an off-chain scheduler chooses and the contract knows no group.
contract SkaleManagerDev is SkaleManagerNodes {
    modifier schainExists(string memory name) {
        require(isSchainExist(hashOf(name)), "The schain does not exist");
        _;
    }

    function setRotationDelay(uint256 newDelay) external onlyAdmin {
        emit ConstantUpdated(keccak256("RotationDelay"), rotationDelay, newDelay);
        rotationDelay = newDelay;
    }

    function addSchainType(uint8 partOfNode, uint256 numberOfNodes) external onlyAdmin {
        require(partOfNode <= TOTAL_SPACE_ON_NODE, "A node has only 128 units");
        require(numberOfNodes > 0, "A schain needs at least one node");
        uint256 id = ++numberOfSchainTypes;
        schainTypes[id] = SchainType(partOfNode, numberOfNodes);
        emit SchainTypeAdded(id, partOfNode, numberOfNodes);
    }

    function removeSchainType(uint256 typeId) external onlyAdmin {
        getSchainType(typeId);
        delete schainTypes[typeId];
        emit SchainTypeRemoved(typeId);
    }

    /// With a group the contract decides, as SKALE Manager does, and says who serves before it says what was created. Without one a scheduler chooses.
    function createChain(string calldata name, uint256 typeId, uint256 lifetime, address owner, uint256[] calldata group) external {
        bytes32 schainHash = keccak256(bytes(name));
        SchainType memory schainType = getSchainType(typeId);
        register(name, schainHash, schainType, lifetime, owner);
        if (group.length > 0) {
            require(msg.sender == admin, "Only the administrator may name a group");
            require(group.length == schainType.numberOfNodes, "The group does not have the size of the schain type");
            emit ChannelOpened(schainHash);
            for (uint256 i = 0; i < group.length; i++) {
                reserve(schainHash, group[i], schainType.partOfNode);
                groups[schainHash].push(group[i]);
            }
            emit SchainNodes(name, schainHash, group);
        }
        emit SchainCreated(name, owner, schainType.partOfNode, lifetime, schainType.numberOfNodes, 0, 0, schainHash);
    }

    function deleteSchain(string calldata name) external schainExists(name) {
        bytes32 schainHash = keccak256(bytes(name));
        Schain memory schain = schains[schainHash];
        require(msg.sender == schain.owner || msg.sender == admin, "Message sender is not the owner of the Schain");
        uint256[] memory group = groups[schainHash];
        for (uint256 i = 0; i < group.length; i++) {
            release(schainHash, group[i], schain.partOfNode);
        }
        bytes32 moved = liveSchains[liveSchains.length - 1];
        liveSchains[schain.index] = moved;
        schains[moved].index = schain.index;
        liveSchains.pop();
        delete schains[schainHash];
        delete groups[schainHash];
        delete rotations[schainHash];
        emit SchainDeleted(schain.owner, name, schainHash);
    }

    /// A planned rotation of a group that the contract knows: as in SKALE Manager its only log is ChannelOpened.
    function rotateNode(string calldata name, uint256 oldNode, uint256 newNode) external onlyAdmin schainExists(name) {
        replace(hashOf(name), oldNode, newNode);
        emit ChannelOpened(hashOf(name));
    }

    /// The repair of a stuck key ceremony, with the logs of SKALE Manager: the channel is opened twice.
    function restartSchainCreation(string calldata name, uint256 badNode, uint256 newNode) external onlyAdmin schainExists(name) {
        emit ChannelOpened(hashOf(name));
        replace(hashOf(name), badNode, newNode);
        emit ChannelOpened(hashOf(name));
        emit NodeAdded(hashOf(name), newNode);
    }

    function skipRotationDelay(bytes32 schainHash) external onlyAdmin {
        require(rotations[schainHash].freezeUntil > block.timestamp, "There is no rotation delay to skip");
        rotations[schainHash].freezeUntil = block.timestamp;
        emit RotationDelaySkipped(schainHash);
    }

    function setSuccessfulDKG(string calldata name) external onlyAdmin schainExists(name) {
        emit SuccessfulDKG(hashOf(name));
    }

    function register(string calldata name, bytes32 schainHash, SchainType memory schainType, uint256 lifetime, address owner) private {
        require(bytes(name).length > 0 && schainHash != keccak256("Mainnet"), "Schain name is not allowed");
        require(!usedSchainNames[schainHash], "Schain name is not available");
        require(owner != address(0), "Schain owner is the zero address");
        usedSchainNames[schainHash] = true;
        Schain storage schain = schains[schainHash];
        schain.name = name;
        schain.owner = owner;
        schain.partOfNode = schainType.partOfNode;
        schain.lifetime = lifetime;
        schain.startDate = block.timestamp;
        schain.startBlock = block.number;
        schain.index = uint64(liveSchains.length);
        schain.originator = msg.sender;
        liveSchains.push(schainHash);
    }

    function replace(bytes32 schainHash, uint256 oldNode, uint256 newNode) private {
        uint8 units = schains[schainHash].partOfNode;
        uint256[] storage group = groups[schainHash];
        for (uint256 i = 0; i < group.length; i++) {
            if (group[i] == oldNode) {
                release(schainHash, oldNode, units);
                reserve(schainHash, newNode, units);
                group[i] = newNode;
                rotations[schainHash] = Rotation(oldNode, newNode, block.timestamp + rotationDelay, rotations[schainHash].rotationCounter + 1);
                return;
            }
        }
        revert("The node is not in the group that the contract knows");
    }

    function reserve(bytes32 schainHash, uint256 nodeIndex, uint8 units) private {
        require(nodeIndex < nodes.length, "Node does not exist");
        require(isNodeVisible(nodeIndex), "Node is not Active and compliant");
        require(usedSpace[nodeIndex] + uint256(units) <= TOTAL_SPACE_ON_NODE, "Node has not enough free units");
        bytes32[] storage served = chainsOfNode[nodeIndex];
        for (uint256 i = 0; i < served.length; i++) {
            require(served[i] != schainHash, "Node is twice in the group");
        }
        usedSpace[nodeIndex] += units;
        served.push(schainHash);
    }

    function release(bytes32 schainHash, uint256 nodeIndex, uint8 units) private {
        usedSpace[nodeIndex] -= units;
        bytes32[] storage served = chainsOfNode[nodeIndex];
        for (uint256 i = 0; i < served.length; i++) {
            if (served[i] == schainHash) {
                served[i] = served[served.length - 1];
                served.pop();
                return;
            }
        }
    }
}
