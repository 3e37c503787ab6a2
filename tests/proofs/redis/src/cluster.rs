//! Servers that are nodes of a cluster.

use crate::server::{RedisServer, free_address, until};

const SLOTS: usize = 16_384;

/// Starts a cluster with so many shards, of one node each.
pub fn start(shards: usize) -> Vec<RedisServer> {
    let nodes: Vec<_> = (0..shards).map(|_| start_node()).collect();
    for (index, (node, _)) in nodes.iter().enumerate() {
        let first = SLOTS * index / shards;
        let last = SLOTS * (index + 1) / shards - 1;
        node.command::<()>(&format!("CLUSTER ADDSLOTSRANGE {first} {last}"));
    }
    join(&nodes);
    nodes.into_iter().map(|(node, _)| node).collect()
}

/// Starts a cluster with one shard: its primary and a replica.
pub fn start_with_replica() -> (RedisServer, RedisServer) {
    let nodes = vec![start_node(), start_node()];
    nodes[0]
        .0
        .command::<()>(&format!("CLUSTER ADDSLOTSRANGE 0 {}", SLOTS - 1));
    join(&nodes);
    let [(primary, _), (replica, _)] = nodes.try_into().unwrap();
    let id: String = primary.command("CLUSTER MYID");
    replica.command::<()>(&format!("CLUSTER REPLICATE {id}"));
    until("it is synchronized", || {
        let info: String = replica.command("INFO replication");
        info.contains("master_link_status:up")
    });
    (primary, replica)
}

/// A node, and the port of its bus.
fn start_node() -> (RedisServer, u16) {
    let bus = free_address().port();
    let settings = ["--save", "", "--cluster-enabled", "yes", "--cluster-port"];
    let node = RedisServer::start_with(&[&settings[..], &[&bus.to_string()]].concat());
    (node, bus)
}

/// Has all nodes meet, and waits until they agree who has which slot.
fn join(nodes: &[(RedisServer, u16)]) {
    for (node, bus) in &nodes[1..] {
        let (ip, port) = (node.address().ip(), node.address().port());
        nodes[0]
            .0
            .command::<()>(&format!("CLUSTER MEET {ip} {port} {bus}"));
    }
    for (node, _) in nodes {
        until("the cluster is up", || {
            let info: String = node.command("CLUSTER INFO");
            let size = format!("cluster_known_nodes:{}\r\n", nodes.len());
            info.contains("cluster_state:ok") && info.contains(&size)
        });
    }
}
