// What `npm run quickstart` runs after the build: the sample events through loaded plugins, with the summary.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const dest = join(folder, '..', '..', 'packages', 'cli', 'bin', 'dest.js');
const out = join(folder, 'out');
const shown = (path) => relative('.', path) || '.';

const pulsarUrl = reachablePulsar(process.env);
const withPulsar = pulsarUrl !== '';
const configuration = join(folder, withPulsar ? 'dest.pulsar.yaml' : 'dest.yaml');
const words = ['send', '-c', shown(configuration), shown(join(folder, 'events.ndjson'))];

// What was sent is remembered, and would not be delivered a second time.
for (const made of [out, join(folder, '.dest')]) rmSync(made, { recursive: true, force: true });
console.log(`$ dest ${words.join(' ')}\n`);
const { status, signal } = spawnSync(process.execPath, [dest, ...words], {
  stdio: 'inherit',
  env: { ...process.env, ...(withPulsar && { PULSAR_URL: pulsarUrl }) },
});

if (existsSync(out)) {
  console.log(`\nDelivered into ${shown(out)}${process.platform === 'win32' ? '\\' : '/'}:`);
  for (const name of readdirSync(out).sort()) console.log(`  ${name}`);
}
if (withPulsar) {
  console.log(`and to the topic ${process.env.PULSAR_TOPIC || 'persistent://public/default/quickstart-orders'}.`);
} else {
  console.log('\nSet PULSAR_URL (such as ws://127.0.0.1:8080) and run it again to deliver into Apache Pulsar too.');
}
console.log(`What goes where, and why, is in ${shown(configuration)}; dest explain shows it event by event:`);
console.log(`  npx dest explain -c ${shown(configuration)} ${shown(join(folder, 'events.ndjson'))}`);
process.exitCode = signal === null ? (status ?? 1) : 1;

/** PULSAR_URL, or PULSAR_HTTP_URL where the first wants the native client and that is not installed. */
function reachablePulsar({ PULSAR_URL: url = '', PULSAR_HTTP_URL: httpUrl = '' }) {
  if (!/^pulsar(\+ssl)?:/.test(url) || httpUrl === '') return url;
  try {
    createRequire(import.meta.url).resolve('pulsar-client');
    return url;
  } catch {
    console.log(`pulsar-client is not installed: ${httpUrl} is used instead of ${url}.`);
    return httpUrl;
  }
}
