import { batchContext, batchItem, lifecycle } from '../support/contexts';
import { createDestination } from '../support/create-destination';
import { NativeDouble } from '../support/native-double';

const double = new NativeDouble({ token: 's3cret' });

jest.mock('../../src/native/load-native-binding', () => ({
  loadNativeBinding: async () => Promise.resolve(double.binding),
}));

it.each(['pulsar://broker:6650', 'pulsar+ssl://broker:6651'])('goes by the native client to %s', async (host) => {
  const destination = createDestination({ production: { host, token: 's3cret' } });
  const before = double.stored.length;
  await destination.open(lifecycle());

  const results = await destination.dispatchBatch([batchItem({ n: 1 }, 'e1:orders', 'p1')], batchContext());
  const checked = await destination.check(lifecycle());
  await destination.close();

  expect(results).toEqual([{ ok: true }]);
  expect(checked.ok).toBe(true);
  expect(double.stored.slice(before)).toEqual([
    { data: Buffer.from('{"n":1}'), partitionKey: 'p1', properties: { idempotencyKey: 'e1:orders' } },
  ]);
  expect(double.clients.at(-1)?.serviceUrl).toBe(host);
  expect(double.closedClients).toBe(double.clients.length);
});
