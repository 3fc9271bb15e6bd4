// Against Python's pulsar-client from PyPI, on all cores or on one, whichever is faster: it often is faster on one.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MEASURE_MS, WARM_UP_MS } from '../../support/flow.mjs';
import { installPython, runPython } from '../../support/python.mjs';
import { withFolder } from '../../support/work-folder.mjs';
import { BATCH, MOST_PENDING } from '../limits.mjs';
import { makeMessages } from '../messages.mjs';
import { measureSending } from '../sending.mjs';
import { newTopic } from '../topics.mjs';
import { ourBatches } from './ws-batch.mjs';

const script = new URL('../children/python-client.py', import.meta.url);
const PACKAGE = 'pulsar-client==3.13.0';
const PIN = ['taskset', '--cpu-list', '0'];

export async function measurePython(report, broker) {
  await withFolder(async (folder) => {
    const python = await installPython(folder, [PACKAGE]);
    const messages = join(folder, 'messages.ndjson');
    const lines = makeMessages().map(({ text, key, idempotencyKey }) => JSON.stringify({ text, key, idempotencyKey }));
    writeFileSync(messages, lines.join('\n'));
    const given = { url: broker.url, messages, batch: BATCH, inFlight: MOST_PENDING };
    const run = (command) =>
      runPython(command, script, {
        ...given,
        topic: newTopic('python'),
        warmUpMs: WARM_UP_MS,
        measureMs: MEASURE_MS,
      });
    await measureSending(report, {
      name: 'python',
      least: 0.9,
      cpu: { name: 'python-cpu' },
      ours: () => ourBatches(broker),
      peer: async () => {
        const free = await run([python]);
        const pinned = canPin() ? await run([...PIN, python]) : undefined;
        console.error(`python: ${rate(free)} on all cores, ${pinned ? rate(pinned) : 'not tried'} on one`);
        return pinned !== undefined && pinned.perSecond > free.perSecond ? pinned : free;
      },
    });
  });
}

const rate = ({ perSecond }) => `${Math.round(perSecond)}/s`;

function canPin() {
  const [program, ...options] = PIN;
  return spawnSync(program, [...options, 'true']).status === 0;
}
