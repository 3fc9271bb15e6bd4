import { startHost, type Host, type StartHostOptions } from '@dest/host';

const hosts: Host[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

/** A host that is closed after the test. Its backoff is short, and without chance. */
export async function startedHost(
  config: { readonly destinations: readonly object[]; readonly [key: string]: unknown },
  options: Omit<StartHostOptions, 'config'> = {},
): Promise<Host> {
  const host = await startHost({
    random: () => 1,
    from: __dirname,
    ...options,
    config: { version: 1, outbox: { type: 'memory' }, ...config },
  });
  hosts.push(host);
  return host;
}

/** Retries at once. */
export const eager = { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 1 };

/** An event envelope of a profile. */
export function order(
  id: number,
  profile = 'p1',
): { id: string; event: { type: string; n: number }; profile: { id: string } } {
  return { id: `order-${id}`, event: { type: 'order', n: id }, profile: { id: profile } };
}
