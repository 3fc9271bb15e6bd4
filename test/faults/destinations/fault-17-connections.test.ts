import { startHost } from '@dest/host';
import { WebhookDestination } from '@dest/webhook';
import { order } from '../../../packages/host/test/support/started-host';
import { configFile } from './support/config-file';
import { until } from './support/paced-clock';
import { stopAfterwards } from './support/stop-afterwards';
import { startReceiver } from './support/webhook-rig';

test('fault 17: connections of a destination that no reload changed are kept, and are closed with the host', async () => {
  const receiver = await startReceiver();
  // Only the client ends connections.
  receiver.server.keepAliveTimeout = 600_000;
  const open = new Set<unknown>();
  receiver.server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  const configuration = (more: readonly object[]): object => ({
    network: { allow: ['127.0.0.1'] },
    resources: [{ id: 'r', credentials: { production: { url: receiver.origin } } }],
    destinations: [{ id: 'hook', package: '@dest/webhook', resource: { id: 'r' } }, ...more],
  });
  const config = configFile(configuration([]));
  const host = await startHost({ config: config.path, register: [WebhookDestination] });
  stopAfterwards(() => host.close());
  await host.dispatch(order(1));
  await host.drain();
  for (const id of ['a', 'b', 'c']) {
    config.write(configuration([{ id, package: '@dest/webhook', resource: { id: 'r' }, enabled: false }]));
    expect(await host.reload()).toMatchObject({ taken: true, added: [id] });
  }
  await host.dispatch(order(2));
  await host.drain();
  expect(receiver.received).toHaveLength(2);
  expect(receiver.connections).toBe(1);
  expect(open.size).toBe(1);
  await host.close();
  await until(() => open.size === 0);
});
