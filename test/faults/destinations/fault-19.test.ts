import { builtApplication, runScript } from './support/run-script';

/** A class of the application that says what it gets, and a host with one destination of it. */
const MAIN = `
import { DestinationInterface, RegisterDestination, defineSchema } from '@dest/core';
import { startHost } from '@dest/host';
import { readFileSync } from 'node:fs';
const say = (value) => console.log(JSON.stringify(value));
const nothing = defineSchema({ type: 'object' });
class Target extends DestinationInterface {
  async dispatchEvent(data) { say({ delivered: JSON.stringify(data).length }); }
  async dispatchProfile() {}
}
RegisterDestination({ package: 'target', title: 'Target', credentials: nothing, init: nothing })(Target);
const { destinations, envelopes } = JSON.parse(readFileSync('case.json', 'utf8'));
try {
  const host = await startHost({ config: { version: 1, outbox: { type: 'memory' }, destinations }, register: [Target] });
  for (const envelope of envelopes) say({ skipped: (await host.dispatch(envelope)).skipped.length });
  await host.drain({ waitForRetries: true });
  await host.close();
} catch (error) {
  say({ refused: error.issues.map(({ code }) => code) });
}
`;

interface Case {
  readonly name: string;
  readonly destination: object;
  readonly envelopes?: readonly object[];
  readonly said: readonly object[];
}

/** What makes a backtracking engine take longer than the universe has. */
const evil = `${'a'.repeat(100_000)}!`;
const event = { type: 'order', text: evil, n: 1 };

// In a process that is killed where it takes too long: what would take for ever leaves no turn for a timeout.
describe('fault 19: condition with a catastrophic pattern, mapping of 1 MB', () => {
  const pattern = (text: string): object => ({ condition: `event@text MATCHES "${text}"` });
  test.each<Case>([
    ...['^(a+)+$', '^(a|a)*$', '^(a*)*b?$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$'].map((text) => ({
      name: `the pattern ${text} takes its time once per character`,
      destination: pattern(text),
      envelopes: [{ event }],
      said: [{ skipped: 1 }],
    })),
    {
      name: 'a pattern that goes back to what it found is refused',
      destination: pattern('^(a+)\\\\1$'),
      said: [{ refused: ['CONDITION_BAD_PATTERN'] }],
    },
    {
      name: 'a pattern of 10,000 characters is refused',
      destination: pattern('a?'.repeat(5_000)),
      said: [{ refused: ['CONDITION_PATTERN_TOO_LONG'] }],
    },
    {
      name: 'a condition of 1 MB is refused',
      destination: { condition: Array.from({ length: 80_000 }, () => 'event@n == 1').join(' AND ') },
      said: [{ refused: ['CONDITION_TOO_LONG'] }],
    },
    {
      name: 'a mapping of a text of 1 MB delivers it',
      destination: { mapping: { text: 'x'.repeat(2 ** 20), n: 'event@n' } },
      envelopes: [{ event }, { event }],
      said: [{ skipped: 0 }, { skipped: 0 }, { delivered: 2 ** 20 + 17 }, { delivered: 2 ** 20 + 17 }],
    },
    {
      name: 'a mapping of 60,000 references is refused',
      destination: { mapping: Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`key-${n}`, 'event@n'])) },
      said: [{ refused: ['MAPPING_TOO_LARGE'] }],
    },
  ])('$name', async ({ destination, envelopes = [], said }) => {
    const folder = builtApplication({
      'main.mjs': MAIN,
      'case.json': { destinations: [{ id: 'd', package: 'target', ...destination }], envelopes },
    });
    const outcome = await runScript(folder, 'main.mjs');
    expect(outcome).toEqual({ exitCode: 0, signal: null, stderr: '', said });
  });
});
