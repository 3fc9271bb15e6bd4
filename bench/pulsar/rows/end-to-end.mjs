// `dest run` on NDJSON, the durable outbox in between, against the destination alone.
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../../support/child.mjs';
import { makeEnvelope } from '../../support/envelopes.mjs';
import { withFolder } from '../../support/work-folder.mjs';
import { measureSending } from '../sending.mjs';
import { newTopic } from '../topics.mjs';
import { ourBatches } from './ws-batch.mjs';

const script = new URL('../children/end-to-end.mjs', import.meta.url);

/** Read and not delivered yet, at most: what two seconds of a run leave doesn't make the next ones slower. */
const LIMIT = 4_000;
/** More than a run takes. */
const LINES = 400_000;
const LINES_AT_ONCE = 1_000;

export async function measureEndToEnd(report, broker) {
  await withFolder(async (prepared) => {
    const events = join(prepared, 'events.ndjson');
    writeEvents(events);
    await measureSending(report, {
      name: 'end-to-end',
      least: 0.4,
      cpu: { name: 'end-to-end-cpu' },
      ours: () =>
        withFolder((folder) =>
          runChild(script, { folder, events, host: broker.webSocketUrl, topic: newTopic('run'), limit: LIMIT }),
        ),
      peer: () => ourBatches(broker),
    });
  });
}

function writeEvents(path) {
  const file = openSync(path, 'w');
  for (let first = 0; first < LINES; first += LINES_AT_ONCE) {
    const lines = Array.from({ length: LINES_AT_ONCE }, (_, index) => JSON.stringify(makeEnvelope(first + index)));
    writeSync(file, `${lines.join('\n')}\n`);
  }
  closeSync(file);
}
