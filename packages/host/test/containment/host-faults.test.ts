import type { Application } from '../../src/application/application';
import { HostFaults } from '../../src/containment/host-faults';
import type { Owner, UncaughtFault } from '../../src/containment/plugin-fault';

const application = { plugins: [], configuration: { folder: __dirname } } as unknown as Application;
const redact = (text: string): string => text.replaceAll('canary', '•••');

interface Logged {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

const open: HostFaults[] = [];
afterEach(() => open.splice(0).forEach((faults) => faults.close()));

function hostFaults(contain = true): { readonly faults: HostFaults; readonly logged: Logged[] } {
  const logged: Logged[] = [];
  const unexpected = (): never => {
    throw new Error('faults are errors');
  };
  const faults = new HostFaults({
    logger: {
      debug: unexpected,
      info: unexpected,
      warn: unexpected,
      error: (message, fields) => void logged.push({ message, fields }),
    },
    contain,
  });
  open.push(faults);
  return { faults, logged };
}

const fault = (owner: Owner | undefined, thrown: unknown = new Error('the fault')): UncaughtFault => ({
  thrown,
  owner,
  origin: 'uncaughtException',
});

describe('the faults of a host’s plugins', () => {
  it('are logged with package, destination and stack, and counted per destination', () => {
    const { faults, logged } = hostFaults();
    faults.watch(application, redact);
    const owner = faults.ownerOf({ id: 'orders', package: '@acme/crm#contacts' });
    const thrown = new Error('the fault');
    expect(faults.take(fault(owner, thrown))).toBe(true);
    expect(faults.take(fault(owner, 'a text'))).toBe(true);
    expect(logged).toEqual([
      {
        message:
          'Plugin @acme/crm#contacts of destination orders throws outside of any call: the fault. What it was doing may ' +
          "not be done; report it to the plugin's author.",
        fields: {
          code: 'PLUGIN_FAULT',
          package: '@acme/crm#contacts',
          destination: 'orders',
          count: 1,
          stack: thrown.stack,
        },
      },
      {
        message: expect.stringContaining(': a text. '),
        fields: { code: 'PLUGIN_FAULT', package: '@acme/crm#contacts', destination: 'orders', count: 2 },
      },
    ]);
    expect([faults.countOf('orders'), faults.countOf('others')]).toEqual([2, 0]);
  });

  it('tell no secret, nor half of one', () => {
    const { faults, logged } = hostFaults();
    faults.watch(application, redact);
    const owner = faults.ownerOf({ id: 'orders', package: 'plugin' });
    // Texts are shortened, and the second secret goes across the end: of the message, then of the stack.
    for (const before of [9_982, 9_975]) {
      faults.take(fault(owner, new Error(`refused canary ${'x'.repeat(before)}canary`)));
    }
    expect(JSON.stringify(logged)).toContain('refused •••');
    expect(JSON.stringify(logged)).not.toMatch(/can/);
  });

  it('wait until it is known what must not be told', () => {
    const { faults, logged } = hostFaults();
    expect(faults.take(fault({ package: './plugin.cjs', faults }, 'refused canary'))).toBe(true);
    expect(logged).toEqual([]);
    faults.watch(application, redact);
    expect(logged).toEqual([
      {
        message: expect.stringMatching(/^Plugin \.\/plugin\.cjs throws outside of any call: refused •••\. /),
        fields: { code: 'PLUGIN_FAULT', package: './plugin.cjs', count: 1 },
      },
    ]);
  });

  it('are told without their text where that never gets known', () => {
    const { faults, logged } = hostFaults();
    faults.take(fault({ package: './plugin.cjs', faults }, 'refused canary'));
    faults.close();
    expect(logged).toEqual([
      {
        message:
          "Plugin ./plugin.cjs throws outside of any call. What it says isn't shown: the configuration could not be used.",
        fields: { code: 'PLUGIN_FAULT', package: './plugin.cjs' },
      },
    ]);
  });

  it('are logged each at first, and seldom when there are very many', () => {
    const { faults, logged } = hostFaults();
    faults.watch(application, redact);
    const owner = faults.ownerOf({ id: 'orders', package: 'plugin' });
    for (let count = 0; count < 10_000; count++) faults.take(fault(owner, 'again'));
    const counts = logged.map(({ fields }) => fields?.['count']);
    expect(counts).toEqual([...Array.from({ length: 100 }, (_none, index) => index + 1), 1_000, 10_000]);
    expect(faults.countOf('orders')).toBe(10_000);
  });

  it('are its own only', () => {
    const { faults, logged } = hostFaults();
    const { faults: elsewhere } = hostFaults();
    faults.watch(application, redact);
    expect(faults.take(fault(elsewhere.ownerOf({ id: 'orders', package: 'plugin' })))).toBe(false);
    expect(faults.take(fault({ package: 'plugin', destination: 'orders' }))).toBe(false);
    expect(faults.take(fault(undefined))).toBe(false);
    expect(logged).toEqual([]);
    expect(faults.countOf('orders')).toBe(0);
  });

  it('are only counted where the host was not asked to contain them', () => {
    const { faults, logged } = hostFaults(false);
    faults.watch(application, redact);
    expect(faults.take(fault(faults.ownerOf({ id: 'orders', package: 'plugin' })))).toBe(false);
    expect(faults.countOf('orders')).toBe(1);
    expect(logged).toEqual([]);
  });
});
