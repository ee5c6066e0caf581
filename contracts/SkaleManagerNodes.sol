// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SkaleManagerViews} from "./SkaleManagerViews.sol";

/// The life of the nodes.
abstract contract SkaleManagerNodes is SkaleManagerViews {
    modifier onlyAdmin() {
        require(msg.sender == admin, "Caller is not the administrator");
        _;
    }

    modifier onlyNodeOwner(uint256 nodeIndex) {
        require(nodeIndex < nodes.length, "Node does not exist");
        require(msg.sender == nodeOwner[nodeIndex] || msg.sender == admin, "Caller is neither the node's owner nor the administrator");
        _;
    }

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

    function setIncompliant(uint256 nodeIndex, bool status) private {
        require(nodeIndex < nodes.length, "Node does not exist");
        require(incompliant[nodeIndex] != status, status ? "The node is already incompliant" : "The node is already compliant");
        incompliant[nodeIndex] = status;
        emit IncompliantNode(nodeIndex, status);
    }
}
