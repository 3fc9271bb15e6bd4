// Time to load configurations of 100, 1,000 and 10,000 destinations, each against ten times the one before.
import { cpuUsage } from 'node:process';
import { createRequire } from 'node:module';
import { ourMapping } from './work.mjs';

const { loadApplication } = createRequire(import.meta.url)('../../packages/host/dist/index.js');

const configuration = (count) => ({
  version: 1,
  destinations: Array.from({ length: count }, (_, index) => ({
    id: `destination-${index}`,
    package: 'noop',
    eventType: index % 3 === 0 ? `type-${index}-*` : `type-${index % 100}`,
    condition: `event@properties.total > ${index} AND profile@traits.plan == "plan-${index}"`,
    mapping: { ...ourMapping, label: `label ${index} {{event@id}}` },
  })),
});

async function load(count, register) {
  const config = configuration(count);
  globalThis.gc?.();
  const since = cpuUsage();
  const application = await loadApplication({ config, register });
  const { user, system } = cpuUsage(since);
  await application.close();
  return (user + system) / 1_000;
}

const median = (numbers) => numbers.toSorted((left, right) => left - right)[numbers.length >> 1];

export async function measureScaling(report) {
  const register = [noopDestination()];
  await load(1_000, register);
  const sizes = [10, 100, 1_000, 10_000];
  const times = new Map(sizes.map((size) => [size, []]));
  for (let round = 0; round < 5; round++) for (const size of sizes) times.get(size).push(await load(size, register));
  for (const [index, size] of sizes.entries()) {
    if (index === 0) continue;
    const before = median(times.get(sizes[index - 1])) * 10;
    report.add({
      name: `scaling-${size}`,
      unit: 'cpu-ms/load',
      least: 0.8,
      ours: median(times.get(size)),
      peer: before,
    });
  }
}

function noopDestination() {
  const { DestinationInterface, RegisterDestination, defineSchema } = createRequire(import.meta.url)(
    '../../packages/core/dist/index.js',
  );
  const anything = defineSchema({ type: 'object' });
  class NoopDestination extends DestinationInterface {
    async dispatchEvent() {}
    async dispatchProfile() {}
  }
  RegisterDestination({ package: 'noop', title: 'Noop', credentials: anything, init: anything })(NoopDestination);
  return NoopDestination;
}
