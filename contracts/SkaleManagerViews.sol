// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SkaleManagerEvents} from "./SkaleManagerEvents.sol";

/// The state of the development contract and the getters a watcher asks, named as in SKALE Manager.
abstract contract SkaleManagerViews is SkaleManagerEvents {
    uint8 public constant TOTAL_SPACE_ON_NODE = 128;

    address public immutable admin = msg.sender;
    uint256 public rotationDelay = 12 hours;
    uint256 public numberOfSchainTypes;
    Node[] public nodes;
    mapping(uint256 => bool) public incompliant;
    mapping(bytes32 => Schain) public schains;
    mapping(bytes32 => bool) public usedSchainNames;

    mapping(uint256 => address) internal nodeOwner;
    mapping(uint256 => string) internal nodeDomain;
    mapping(uint256 => uint8) internal usedSpace;
    mapping(uint256 => bytes32[]) internal chainsOfNode;
    mapping(uint256 => uint256) internal lastChangeIp;
    mapping(bytes32 => bool) internal usedNodeNames;
    mapping(bytes4 => bool) internal usedIps;
    mapping(uint256 => SchainType) internal schainTypes;
    mapping(bytes32 => uint256[]) internal groups;
    mapping(bytes32 => Rotation) internal rotations;
    bytes32[] internal liveSchains;

    function getNumberOfNodes() external view returns (uint256) {
        return nodes.length;
    }

    function getActiveNodeIds() external view returns (uint256[] memory ids) {
        uint256 count;
        for (uint256 i = 0; i < nodes.length; i++) {
            count += nodes[i].status == NodeStatus.Active ? 1 : 0;
        }
        ids = new uint256[](count);
        for (uint256 i = nodes.length; i > 0; i--) {
            if (nodes[i - 1].status == NodeStatus.Active) {
                ids[--count] = i - 1;
            }
        }
    }

    function getNodeStatus(uint256 nodeIndex) external view returns (NodeStatus) {
        return nodes[nodeIndex].status;
    }

    function getNodeIP(uint256 nodeIndex) external view returns (bytes4) {
        return nodes[nodeIndex].ip;
    }

    function getNodePort(uint256 nodeIndex) external view returns (uint16) {
        return nodes[nodeIndex].port;
    }

    function getNodeDomainName(uint256 nodeIndex) external view returns (string memory) {
        return nodeDomain[nodeIndex];
    }

    function getNodeAddress(uint256 nodeIndex) external view returns (address) {
        return nodeOwner[nodeIndex];
    }

    /// Units not taken by groups that the contract knows; 0 when the node has left.
    function getFreeSpace(uint256 nodeIndex) external view returns (uint8) {
        return nodes[nodeIndex].status == NodeStatus.Left ? 0 : TOTAL_SPACE_ON_NODE - usedSpace[nodeIndex];
    }

    function isNodeVisible(uint256 nodeIndex) public view returns (bool) {
        return nodes[nodeIndex].status == NodeStatus.Active && !incompliant[nodeIndex];
    }

    function getNodeFinishTime(uint256 nodeIndex) external view returns (uint256) {
        return nodes[nodeIndex].finishTime;
    }

    function getLastChangeIpTime(uint256 nodeIndex) external view returns (uint256) {
        return lastChangeIp[nodeIndex];
    }

    function getActiveSchains(uint256 nodeIndex) external view returns (bytes32[] memory) {
        return chainsOfNode[nodeIndex];
    }

    function getSchains() external view returns (bytes32[] memory) {
        return liveSchains;
    }

    function numberOfSchains() external view returns (uint64) {
        return uint64(liveSchains.length);
    }

    function isSchainExist(bytes32 schainHash) public view returns (bool) {
        return bytes(schains[schainHash].name).length > 0;
    }

    function getSchainName(bytes32 schainHash) external view returns (string memory) {
        return schains[schainHash].name;
    }

    function getSchainsPartOfNode(bytes32 schainHash) external view returns (uint8) {
        return schains[schainHash].partOfNode;
    }

    /// Empty when a scheduler placed the chain.
    function getNodesInGroup(bytes32 schainHash) external view returns (uint256[] memory) {
        return groups[schainHash];
    }

    function getSchainType(uint256 typeId) public view returns (SchainType memory) {
        require(schainTypes[typeId].numberOfNodes > 0, "Invalid type of schain");
        return schainTypes[typeId];
    }

    function getRotation(bytes32 schainHash) external view returns (Rotation memory) {
        return rotations[schainHash];
    }

    function isRotationInProgress(bytes32 schainHash) external view returns (bool) {
        return rotations[schainHash].freezeUntil > block.timestamp;
    }

    function isTimeExpired(bytes32 schainHash) external view returns (bool) {
        return schains[schainHash].startDate + schains[schainHash].lifetime < block.timestamp;
    }

    function hashOf(string memory name) internal pure returns (bytes32) {
        return keccak256(bytes(name));
    }
}
