// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Development stand-in for SKALE Manager: one contract that emits the events of SKALE Manager 1.9 to 1.13 with their exact
/// signatures, in their order within a transaction. It keeps no money, stake or keys. Where a creation names a group, the contract
/// accounts for the units of its nodes; where it does not, an off-chain scheduler chooses and the contract knows no group.
contract SkaleManagerDev {
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

    uint8 public constant TOTAL_SPACE_ON_NODE = 128;

    address public immutable admin;
    uint256 public rotationDelay = 12 hours;
    uint256 public numberOfSchainTypes;
    Node[] public nodes;
    mapping(uint256 => bool) public incompliant;
    mapping(bytes32 => Schain) public schains;
    mapping(bytes32 => bool) public usedSchainNames;

    mapping(uint256 => address) private nodeOwner;
    mapping(uint256 => string) private nodeDomain;
    mapping(uint256 => uint8) private usedSpace;
    mapping(uint256 => bytes32[]) private chainsOfNode;
    mapping(uint256 => uint256) private lastChangeIp;
    mapping(bytes32 => bool) private usedNodeNames;
    mapping(bytes4 => bool) private usedIps;
    mapping(uint256 => SchainType) private schainTypes;
    mapping(bytes32 => uint256[]) private groups;
    mapping(bytes32 => Rotation) private rotations;
    bytes32[] private liveSchains;

    modifier onlyAdmin() {
        require(msg.sender == admin, "Caller is not the administrator");
        _;
    }

    modifier onlyNodeOwner(uint256 nodeIndex) {
        require(nodeIndex < nodes.length, "Node does not exist");
        require(msg.sender == nodeOwner[nodeIndex] || msg.sender == admin, "Caller is neither the node's owner nor the administrator");
        _;
    }

    modifier schainExists(string memory name) {
        require(isSchainExist(hashOf(name)), "The schain does not exist");
        _;
    }

    constructor() {
        admin = msg.sender;
    }

    // Constants and types

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

    // Nodes

    function createNode(uint16 port, uint16 nonce, bytes4 ip, bytes4 publicIp, string calldata name, string calldata domainName) external {
        require(port > 0, "Port is zero");
        require(ip != 0x0 && !usedIps[ip], "IP address is zero or is not available");
        require(bytes(name).length > 0 && !usedNodeNames[keccak256(bytes(name))], "Name is empty or already registered");
        usedIps[ip] = true;
        usedNodeNames[keccak256(bytes(name))] = true;
        uint256 nodeIndex = nodes.length;
        nodes.push(Node(name, ip, publicIp, port, block.number, block.timestamp, 0, NodeStatus.Active, 1));
        nodeOwner[nodeIndex] = msg.sender;
        nodeDomain[nodeIndex] = domainName;
        emit NodeCreated(nodeIndex, msg.sender, name, ip, publicIp, port, nonce, domainName);
    }

    function initExit(uint256 nodeIndex) external onlyNodeOwner(nodeIndex) {
        require(nodes[nodeIndex].status == NodeStatus.Active, "Node should be Active");
        nodes[nodeIndex].status = NodeStatus.Leaving;
        emit ExitInitialized(nodeIndex, block.timestamp);
    }

    /// The contract checks only the groups it knows. A scheduler empties the other chains before its operator calls this.
    function completeExit(uint256 nodeIndex) external onlyNodeOwner(nodeIndex) {
        Node storage node = nodes[nodeIndex];
        require(node.status == NodeStatus.Leaving, "Node is not Leaving");
        require(chainsOfNode[nodeIndex].length == 0, "Node still serves schains");
        node.status = NodeStatus.Left;
        node.finishTime = block.timestamp;
        usedIps[node.ip] = false;
        emit ExitCompleted(nodeIndex);
    }

    function setNodeInMaintenance(uint256 nodeIndex) external onlyNodeOwner(nodeIndex) {
        require(nodes[nodeIndex].status == NodeStatus.Active, "Node is not Active");
        nodes[nodeIndex].status = NodeStatus.InMaintenance;
        emit MaintenanceNode(nodeIndex, true);
    }

    function removeNodeFromInMaintenance(uint256 nodeIndex) external onlyNodeOwner(nodeIndex) {
        require(nodes[nodeIndex].status == NodeStatus.InMaintenance, "Node is not In Maintenance");
        nodes[nodeIndex].status = NodeStatus.Active;
        emit MaintenanceNode(nodeIndex, false);
    }

    function setNodeIncompliant(uint256 nodeIndex) external onlyAdmin {
        setIncompliant(nodeIndex, true);
    }

    function setNodeCompliant(uint256 nodeIndex) external onlyAdmin {
        setIncompliant(nodeIndex, false);
    }

    function changeIP(uint256 nodeIndex, bytes4 newIP, bytes4 newPublicIP) external onlyNodeOwner(nodeIndex) {
        require(newIP != 0x0 && !usedIps[newIP], "IP address is zero or is not available");
        Node storage node = nodes[nodeIndex];
        require(node.status != NodeStatus.Left, "Node has left");
        usedIps[node.ip] = false;
        usedIps[newIP] = true;
        emit IPChanged(nodeIndex, node.ip, newIP);
        node.ip = newIP;
        node.publicIP = newPublicIP;
        lastChangeIp[nodeIndex] = block.timestamp;
    }

    /// Silent, as in SKALE Manager.
    function setDomainName(uint256 nodeIndex, string calldata domainName) external onlyNodeOwner(nodeIndex) {
        nodeDomain[nodeIndex] = domainName;
    }

    // Chains

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

    // Views, named as in SKALE Manager

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

    function hashOf(string memory name) private pure returns (bytes32) {
        return keccak256(bytes(name));
    }

    function setIncompliant(uint256 nodeIndex, bool status) private {
        require(nodeIndex < nodes.length, "Node does not exist");
        require(incompliant[nodeIndex] != status, status ? "The node is already incompliant" : "The node is already compliant");
        incompliant[nodeIndex] = status;
        emit IncompliantNode(nodeIndex, status);
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
