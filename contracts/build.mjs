#!/usr/bin/env node
// Rebuilds SkaleManagerDev.json from the .sol files: `node contracts/build.mjs`; with --check it only compares and fails on a difference.
// The compiler is solc-js, taken from .tools/node_modules (scripts/setup fills it) or installed there at the version below.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const solcVersion = "0.8.37";
const name = "SkaleManagerDev";
const here = dirname(fileURLToPath(import.meta.url));
const tools = join(here, "..", ".tools");
const solcFolder = join(tools, "node_modules", "solc");

if (!existsSync(solcFolder)) {
  execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", tools, `solc@${solcVersion}`], { stdio: "inherit" });
}
const solc = createRequire(import.meta.url)(solcFolder);
if (!solc.version().startsWith(`${solcVersion}+`)) {
  throw new Error(`${solcFolder} is solc ${solc.version()}, needed is ${solcVersion}: remove it and run this again.`);
}

const files = readdirSync(here).filter((file) => file.endsWith(".sol")).sort();
const sources = Object.fromEntries(files.map((file) => [file, { content: readFileSync(join(here, file), "utf8") }]));
const output = JSON.parse(solc.compile(JSON.stringify({
  language: "Solidity",
  sources,
  settings: {
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: 200 },
    metadata: { appendCBOR: false, bytecodeHash: "none" },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
  },
})));
const messages = output.errors ?? [];
if (messages.length > 0) {
  console.error(messages.map((m) => m.formattedMessage).join("\n"));
  process.exit(1);
}

const contract = output.contracts[`${name}.sol`][name];
const artefact = [
  "{",
  `  "contractName": "${name}",`,
  `  "compiler": "solc ${solc.version()}",`,
  `  "sourceSha256": "${createHash("sha256").update(files.map((file) => sources[file].content).join("")).digest("hex")}",`,
  '  "abi": [',
  contract.abi.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n"),
  "  ],",
  `  "bytecode": "0x${contract.evm.bytecode.object}"`,
  "}",
  "",
].join("\n");

const target = join(here, `${name}.json`);
if (!process.argv.includes("--check")) {
  writeFileSync(target, artefact);
} else if (readFileSync(target, "utf8") !== artefact) {
  console.error(`${name}.json is not what the .sol files compile to: run node contracts/build.mjs and commit the result.`);
  process.exit(1);
}
