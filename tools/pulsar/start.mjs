#!/usr/bin/env node
import { dirname } from 'node:path';
import { startBroker } from './broker.mjs';
import { badArguments, brokerName, parseOptions, portNumber, runCommand } from './command-line.mjs';
import { APPLICATION } from './tokens.mjs';

const HELP = `Starts an Apache Pulsar broker on 127.0.0.1 and returns when it takes messages; the broker keeps running.
Needs Java 17 or newer, and Maven the first time. Everything it writes is below .pulsar/ in the repository.

Usage: npm run pulsar:start -- [options]

  --port <number>         of pulsar://, 0 for any free one          (default 6650)
  --http-port <number>    of http:// and ws://, 0 for any free one  (default 8080)
  --auth <none|token|all> token: makes a secret and tokens for the roles admin, application (may produce and
                          consume in public/default) and stranger (may do nothing);
                          all: also passwords and client certificates for application and stranger, and
                          pulsar+ssl://, https:// and wss:// on free ports; needs OpenSSL  (default none)
  --name <name>           several brokers can run side by side      (default "default")
  --keep-data             continue with the data, ports and tokens that \`stop --keep-data\` left
  --timeout <seconds>     how long it may take to become healthy    (default 120)
  --json                  print one JSON object instead of text
  --help

Examples:
  npm run pulsar:start
  npm run pulsar:start -- --name tests --port 0 --http-port 0 --auth token --json
  npm run pulsar:start && npx dest send -c examples/pulsar/dest.yaml examples/quickstart/events.ndjson

Exit codes: 0 it runs, 1 it did not start, 2 wrong options, 3 Java or Maven is missing or a port is taken.
`;

await runCommand(async (signal) => {
  const options = parseOptions({
    port: { type: 'string' },
    'http-port': { type: 'string' },
    auth: { type: 'string' },
    name: { type: 'string', default: 'default' },
    'keep-data': { type: 'boolean', default: false },
    timeout: { type: 'string', default: '120' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  if (options.auth !== undefined && !['none', 'token', 'all'].includes(options.auth)) {
    throw badArguments(`--auth: expected none, token or all; found "${options.auth}".`);
  }
  if (!(Number(options.timeout) > 0)) {
    throw badArguments(`--timeout: expected a number of seconds; found "${options.timeout}".`);
  }
  const broker = await startBroker({
    name: brokerName(options.name),
    auth: options.auth,
    port: portNumber('--port', options.port),
    httpPort: portNumber('--http-port', options['http-port']),
    keepData: options['keep-data'],
    timeoutMs: Number(options.timeout) * 1000,
    report: (line) => process.stderr.write(`${line}\n`),
    signal,
  });
  process.stdout.write(options.json ? `${JSON.stringify(broker)}\n` : describe(broker));
});

/** @param {import('./broker.mjs').Broker} broker */
function describe(broker) {
  const stop = broker.name === 'default' ? 'npm run pulsar:stop' : `npm run pulsar:stop -- --name ${broker.name}`;
  const token = broker.tokens[APPLICATION];
  return [
    `${broker.alreadyRunning ? 'Already running' : 'Running'}: Apache Pulsar, process ${broker.pid}, authentication: ${broker.auth}.`,
    `Its log: ${broker.log}`,
    `Stop it with: ${stop}`,
    `PULSAR_URL=${broker.url}`,
    `PULSAR_HTTP_URL=${broker.httpUrl}`,
    // The shell reads the file, so that the token is in no output.
    ...(token === undefined ? [] : [`PULSAR_TOKEN="$(cat '${token}')"`]),
    ...(broker.tlsUrl === undefined
      ? []
      : [
          `By TLS: ${broker.tlsUrl} and ${broker.tlsWebSocketUrl}, trusted by ${broker.authority}`,
          `Client certificates and passwords: ${dirname(broker.authority ?? '')}, ${dirname(broker.passwords?.[APPLICATION] ?? '')}`,
        ]),
    '',
  ].join('\n');
}
