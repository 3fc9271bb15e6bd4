import { systemClock } from '@dest/core';
import { startHost } from '@dest/host';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/*
 * A host in a process of its own, which its parent speaks with by messages, and may kill at any moment. Its only argument
 * is JSON: { config: file, deliver?, random?, clockOffsetMs?, markers?: file that gets a line when a
 * dispatch has resolved }.
 */

const settings = JSON.parse(process.argv[2]);
let clockOffsetMs = settings.clockOffsetMs ?? 0;

const tell = (message) => process.send?.(message);
const logged = (level) => (text, fields) => tell({ kind: 'log', level, text, fields });
const logger = { debug: () => undefined, info: () => undefined, warn: logged('warn'), error: logged('error') };
const describe = (error) => ({ code: error.code, message: String(error.message) });

// Nobody is left to end it.
process.on('disconnect', () => process.exit(1));

let host;

/** Dispatches in the order of the list, all at once; each answer is told when it is there. */
function dispatch(envelopes) {
  for (const envelope of envelopes) {
    host.dispatch(envelope).then(
      ({ duplicate, deliveries, refused }) => {
        if (settings.markers !== undefined) appendFileSync(settings.markers, `resolved ${envelope.id} \n`);
        const destinations = deliveries.map(({ destination }) => destination);
        const at = Date.now();
        tell({ kind: 'accepted', id: envelope.id, at, duplicate, destinations, refused: refused.length });
      },
      (error) => tell({ kind: 'rejected', id: envelope.id, ...describe(error) }),
    );
  }
}

let traffic;

const commands = {
  /** Dispatches one now and then, whatever the parent does meanwhile, until `stopTraffic`; each answer is told. */
  startTraffic({ everyMs, event, idPrefix }) {
    let n = 0;
    traffic = setInterval(() => dispatch([{ id: `${idPrefix}-${n++}`, event, profile: { id: 'p' } }]), everyMs);
  },
  stopTraffic() {
    clearInterval(traffic);
  },
  /** Dispatches many that look alike; returns how many. */
  async fill({ count, atOnce, event, idPrefix }) {
    let next = 0;
    const one = async () => {
      while (next < count) {
        const n = next++;
        await host.dispatch({ id: `${idPrefix}-${n}`, event: { ...event, n }, profile: { id: `p${n % 1000}` } });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    return count;
  },
  /** Bytes that the process has in memory, after a collection where one can be asked for. */
  memory() {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    return { rss, heapUsed };
  },
  /** Bytes that the process, all its threads, has read from files so far; undefined where the system doesn't tell. */
  bytesRead() {
    const file = '/proc/self/io';
    return existsSync(file) ? Number(/^rchar: (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1]) : undefined;
  },
  setClock(offsetMs) {
    clockOffsetMs = offsetMs;
  },
  exit() {
    setTimeout(() => process.exit(0), 0);
  },
};

async function answer({ call, method, parameters }) {
  try {
    const run = commands[method] ?? host[method].bind(host);
    tell({ kind: 'answer', call, value: await run(...parameters) });
  } catch (error) {
    tell({ kind: 'answer', call, error: describe(error) });
  }
}

process.on('message', (message) => {
  if (message.kind === 'dispatch') dispatch(message.envelopes);
  else void answer(message);
});

try {
  host = await startHost({
    config: settings.config,
    logger,
    clock: { ...systemClock, now: () => Date.now() + clockOffsetMs },
    deliver: settings.deliver ?? true,
    random: settings.random === undefined ? Math.random : () => settings.random,
  });
  tell({ kind: 'ready' });
} catch (error) {
  tell({ kind: 'failed', ...describe(error) });
  process.exitCode = 1;
  process.disconnect?.();
}
