#!/usr/bin/env python3
"""Prints the life of one chain from the bus: chain_life.py amqp://user:password@host:port/vhost CHAIN (needs python3-pika)."""
import json
import sys

import pika

address, chain = sys.argv[1], sys.argv[2]
seen = set()  # delivery is at least once; a repeat has the same message id


def on_message(channel, method, properties, body):
    envelope = json.loads(body)
    message, kind = envelope["message"], envelope["messageType"][0].split(":")[-1]
    if message.get("chain") == chain and envelope["messageId"] not in seen:
        seen.add(envelope["messageId"])
        details = message.get("endpoint") or message.get("reason") or message.get("group") or ""
        print(f"{envelope['messageId']} {kind}: node {message['node']} {details}" if "node" in message
              else f"{envelope['messageId']} {kind}: {details}", flush=True)
    channel.basic_ack(method.delivery_tag)


channel = pika.BlockingConnection(pika.URLParameters(address)).channel()
queue = channel.queue_declare("", exclusive=True).method.queue
for kind in ("ChainBought", "ChainPlaced", "SubnodeStarted", "SubnodeFailed", "ChainActivated", "ChainRefused", "SubnodeRemoved", "ChainRemoved"):
    exchange = f"Skale.Contracts:{kind}"
    channel.exchange_declare(exchange, "fanout", durable=True)
    channel.queue_bind(queue, exchange)
channel.basic_consume(queue, on_message)
print("subscribed", flush=True)
channel.start_consuming()
