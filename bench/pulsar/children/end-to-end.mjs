// `dest run` on NDJSON: the command itself, in this process, so that what it delivers can be counted.
import { createReadStream, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { answer } from '../../support/child.mjs';
import { counted } from '../../support/counted.mjs';
import { Flow, measureFlow } from '../../support/flow.mjs';
import { linkPackages } from '../linked-packages.mjs';
import { PulsarDestination } from '../our-destination.mjs';

const { EXIT, Interruption, run } = createRequire(import.meta.url)('../../../packages/cli/dist/index.js');

const CHUNK_BYTES = 64 * 1024;

/** Reads no further while too many are under way. */
async function* heldBack(path, flow) {
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    await flow.room();
    flow.started += newlines(chunk);
    yield chunk;
  }
  throw new Error(`${path} has too few lines for this machine`);
}

function newlines(chunk) {
  let count = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count++;
  return count;
}

/** Keeps the end of what is written. */
function lastWords() {
  const kept = { text: '' };
  const stream = new Writable({
    write(chunk, _encoding, done) {
      kept.text = `${kept.text}${chunk}`.slice(-4_000);
      done();
    },
  });
  return { stream, kept };
}

await answer(async ({ folder, events, host, topic, limit }) => {
  linkPackages(folder);
  const config = join(folder, 'dest.json');
  const configuration = {
    version: 1,
    plugins: ['@dest/pulsar'],
    outbox: { type: 'sqlite', path: 'outbox.db' },
    resources: [{ id: 'pulsar', credentials: { production: { host } } }],
    destinations: [{ id: 'orders', package: '@dest/pulsar', resource: { id: 'pulsar' }, init: { topic } }],
  };
  writeFileSync(config, JSON.stringify(configuration));
  const flow = new Flow({ limit });
  counted(PulsarDestination, flow);

  const interruption = new Interruption();
  const stdout = lastWords();
  const stderr = lastWords();
  const streams = {
    stdin: Readable.from(heldBack(events, flow)),
    stdout: stdout.stream,
    stderr: stderr.stream,
  };
  const running = run(['run', '--config', config, '--json'], { streams, interruption }).then((code) => {
    if (code !== EXIT.SIGTERM) throw new Error(`dest run ended with ${code}: ${stderr.kept.text}`);
  });
  const { deliveredPerSecond, cpuMicroseconds } = await measureFlow(flow, running);
  flow.stop();
  interruption.interrupt('SIGTERM');
  await running;
  const { lines, lanes } = JSON.parse(stdout.kept.text);
  if (lines.bad + lines.duplicates + lanes[0].failed + lanes[0].refused > 0) throw new Error(stdout.kept.text);
  return { perSecond: deliveredPerSecond, cpuMicroseconds };
});
