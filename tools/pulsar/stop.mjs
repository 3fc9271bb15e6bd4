#!/usr/bin/env node
import { stopBroker } from './broker.mjs';
import { brokerName, parseOptions, runCommand } from './command-line.mjs';

const HELP = `Stops a broker that pulsar:start started, and wipes its data. Does nothing where none runs.

Usage: npm run pulsar:stop -- [options]

  --name <name>    which broker                                       (default "default")
  --keep-data      keep its data, ports and tokens for \`start --keep-data\`
  --kill           end it at once with SIGKILL, as in a crash
  --json           print one JSON object instead of text
  --help

Examples:
  npm run pulsar:stop
  npm run pulsar:stop -- --name tests --kill --keep-data

Exit codes: 0 it does not run any more, 2 wrong options.
`;

const SENTENCES = {
  stopped: 'is stopped',
  killed: 'is killed',
  'not-running': 'was not running',
};

await runCommand(async () => {
  const options = parseOptions({
    name: { type: 'string', default: 'default' },
    'keep-data': { type: 'boolean', default: false },
    kill: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const name = brokerName(options.name);
  const keepData = options['keep-data'];
  const outcome = await stopBroker({ name, keepData, kill: options.kill });
  const text = `The broker ${name} ${SENTENCES[outcome]}; its data is ${keepData ? 'kept' : 'wiped'}.`;
  process.stdout.write(`${options.json ? JSON.stringify({ name, outcome, dataKept: keepData }) : text}\n`);
});
