#!/usr/bin/env python3
"""Verifies an export of a Skale.Services log with nothing but Python 3 and openssl; docs/audit.md has the format.
Exit 0: verified. Exit 1: it is not, and the first place where. Without --key the keys in the export vouch for themselves."""
import argparse, base64, hashlib, json, os, pathlib, re, subprocess, sys, tempfile

SPKI_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")

def need(condition, what):
    if not condition:
        sys.exit(f"NOT VERIFIED: {what}")

def sha(data): return hashlib.sha256(data).digest()

def read(*path):
    need(os.path.isfile(os.path.join(*path)), f"{path[-1]} is missing")
    return pathlib.Path(*path).read_bytes()

def unbase64(text, what):
    value = base64.b64decode(text) if re.fullmatch("([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", text) else b""
    need(base64.b64encode(value).decode() == text, f"{what}: not canonical base64")
    return value

def number(text, what):
    return int(text) if re.fullmatch("0|[1-9][0-9]{0,18}", text) else need(False, f"{what}: '{text}' is not a number")

def verifier_key(text, what):  # NAME+ID+BASE64 as (name, id, public key)
    name, key_id, value = (text.split("+", 2) + ["", ""])[:3]
    value = unbase64(value, what)
    need(len(value) == 92 and value[0] == 2 and value[1:].startswith(SPKI_P256), f"{what}: not a P-256 key")
    need(name and sha(value[1:])[:4].hex() == key_id, f"{what}: the id is not that of the key")
    return name, key_id, value[1:]

def notes(data, what):  # a file of signed notes as [(lines of the text, [(key name, key id, signature)])]
    found = []
    blocks = data.decode("utf-8", "replace")[:-1].split("\n\n") if data else []
    need(data[-1:] in (b"", b"\n") and len(blocks) % 2 == 0, f"{what}: ends inside a note")
    for text, signatures in zip(blocks[::2], blocks[1::2]):
        parts = [re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line) for line in signatures.split("\n")]
        need(all(parts), f"{what}, note {len(found) + 1}: not a signature line: em dash, name, base64")
        signed = [(part[1], unbase64(part[2], f"{what}, note {len(found) + 1}")) for part in parts]
        found.append((text.split("\n"), [(name, value[:4].hex(), value[4:]) for name, value in signed]))
    return found

def check_signatures(note, keys, what):
    text, signatures = note
    need([s[:2] for s in signatures] == [k[:2] for k in keys], f"{what}: not signed by the key of that size")
    for signature, key in zip(signatures, keys):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "key").write_bytes(b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(key[2]) + b"-----END PUBLIC KEY-----\n")
            pathlib.Path(folder, "signature").write_bytes(signature[2])
            run = subprocess.run(["openssl", "dgst", "-sha256", "-verify", "key", "-signature", "signature"], cwd=folder,
                                 input=("\n".join(text) + "\n").encode(), capture_output=True)
            need(run.returncode == 0, f"{what}: the signature is wrong")

def key_history(data, pinned):  # [(smallest tree size it signs, key)]
    history = []
    for note in notes(data, "keys"):
        text, what = note[0], f"keys, statement {len(history) + 1}"
        need(len(text) == (4 if history else 3) and [text[0], text[1][:4], text[2][:15]] == ["skale signing key", "key ", "from tree size "], f"{what}: malformed")
        key, size = verifier_key(text[1][4:], what), number(text[2][15:], what)
        if history:
            need(text[3][:6] == "after " and verifier_key(text[3][6:], what) == history[-1][1], f"{what}: not after the key before")
            need(size >= history[-1][0] and key[0] == history[0][1][0] and key not in [k for _, k in history], f"{what}: out of order")
        need(history or size == 0, f"{what}: the first key begins at 0")
        check_signatures(note, [history[-1][1], key] if history else [key], what)
        history.append((size, key))
    need(history, "keys: there is none")
    need(not pinned or verifier_key(pinned, "--key") in [k for _, k in history], "keys: the one given is not among them: somebody else signed this")
    return history

def checkpoints(data, history, what):  # [(size, root, time, name)], each well signed
    found = []
    for note in notes(data, what):
        text, place = note[0], f"{what}, checkpoint {len(found) + 1}"
        need(len(text) == 4 and text[0] == history[0][1][0] and re.fullmatch(r"time [0-9-]{10}T[0-9:]{8}\.[0-9]{6}Z", text[3]), f"{place}: malformed")
        size, root = number(text[1], place), unbase64(text[2], place)
        check_signatures(note, [[k for begin, k in history if begin <= size][-1]], place)
        found.append((size, root, text[3], place))
    return found

def push(tree, leaf, leaves=1):  # RFC 6962: the complete subtrees of the leaves so far, largest first, as (leaves, root)
    while tree and tree[-1][0] == leaves:
        leaf, leaves = sha(b"\1" + tree.pop()[1] + leaf), 2 * leaves
    tree.append((leaves, leaf))

def root_of(tree):
    root = tree[-1][1] if tree else sha(b"")
    for _, left in tree[-2::-1]:
        root = sha(b"\1" + left + root)
    return root

def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder"), parser.add_argument("--key", help="NAME+ID+KEY, or a file with it")
    parser.add_argument("--checkpoint", action="append", default=[], help="a file of checkpoints you hold")
    args = parser.parse_args()
    names = os.listdir(args.folder)
    segments = sorted(n[:12] for n in names if re.fullmatch(r"[0-9]{12}\.jsonl", n))
    odd = set(names) - {"seals", "keys", "start"} - {s + end for s in segments for end in (".jsonl", ".digests")}
    need(not odd, f"files that do not belong here: {odd}")
    tree, position = [], 0
    if "start" in names:
        lines = read(args.folder, "start").decode("latin-1").split("\n")
        position, hashes, end = number(lines[0], "start"), lines[1:-1], lines[-1]
        sizes = [1 << bit for bit in range(63, -1, -1) if position >> bit & 1]
        need(position > 0 and end == "" and len(sizes) == len(hashes), "start: malformed")
        tree = [(size, unbase64(text, "start")) for size, text in zip(sizes, hashes)]
    history = key_history(read(args.folder, "keys"), pathlib.Path(args.key).read_text().strip() if args.key and os.path.exists(args.key) else args.key)
    seals = checkpoints(read(args.folder, "seals"), history, "seals")
    need(all(a[0] < b[0] and a[2] <= b[2] for a, b in zip(seals, seals[1:])) and seals and seals[0][0] >= position, "seals: none, or out of order")
    expected = sorted(seals + [c for file in args.checkpoint for c in checkpoints(read(file), history, file)])
    good, streams, begun = {True: position, False: position}, {}, position  # good: sizes that agree, of seals and of those given
    need(expected[0][0] >= position, "a checkpoint given is older than the start of this export")
    def compare():
        while expected and expected[0][0] == position:
            size, root, time, name = expected.pop(0)
            need(root_of(tree) == root, f"positions {good[name.startswith('seals,')] + 1} to {size}: not what {name} ({time}) was signed over")
            good[name.startswith("seals,")] = size
    compare()
    for segment in segments:
        need(int(segment) == position + 1, f"position {position + 1}: a file is missing before {segment}.jsonl")
        digests, at, more = read(args.folder, segment + ".digests"), 0, 0
        lines = read(args.folder, segment + ".jsonl").split(b"\n")
        for line in lines[:-1]:
            position, place = position + 1, f"{segment}.jsonl, line {at // 32 + 1}"
            mark = re.search(rb',"More":([1-9][0-9]*)}$', line)
            body = line[:mark.start()] + b"}" if mark else line
            try:
                event = json.loads(body)
                holds, stream, version, previous = event["Position"], event["Stream"], event["Version"], event.get("Previous")
            except (ValueError, KeyError, TypeError, AttributeError):
                sys.exit(f"NOT VERIFIED: position {position}: {place} is not an event")
            need(holds == position, f"position {position}: {place} holds position {holds}: removed, inserted or swapped")
            digest = sha(b"\0" + body)
            need(digest == digests[at:at + 32], f"position {position}: {place} does not agree with its recorded digest")
            known = streams.get(stream, (0, None, 0)) if stream in streams or not begun else (version - 1, previous, 0)
            need(version == known[0] + 1 and (previous is None) == (version == 1), f"position {position}: version {version} of {stream} follows {known[0]}")
            need(previous == known[1], f"position {known[2]}: changed after {place}, which names its digest, was written")
            streams[stream] = version, digest.hex(), position
            need(more == 0 or int(mark[1] if mark else 0) == more - 1, f"position {position}: {place}: its commit is not whole")
            at, more = at + 32, int(mark[1]) if mark else 0
            push(tree, digest)
            compare()
        need(lines[-1] == b"" and more == 0 and len(digests) == at, f"position {position + 1}: {segment} was cut, or its digests are too many")
    need(not expected, f"position {position + 1}: the events end, but {expected and expected[0][3]} was signed over {expected and expected[0][0]}")
    print(f"VERIFIED: {position - begun} events, sealed up to position {good[True]}; the keys, which you must know from elsewhere:")
    print(*(f"  {k[0]}+{k[1]}+{base64.b64encode(bytes([2]) + k[2]).decode()}" for _, k in history), sep="\n")

main()
