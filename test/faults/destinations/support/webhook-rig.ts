import { Receiver, type Received } from '../../../../packages/destinations/webhook/test/support/receiver';
import { WebhookDestination } from '@dest/webhook';
import type { DeliveryObserver, Host, StartHostOptions } from '@dest/host';
import { stopAfterwards } from './stop-afterwards';
import { startedHost } from '../../../../packages/host/test/support/started-host';

/** A receiver that is stopped after the test. */
export async function startReceiver(...parameters: Parameters<typeof Receiver.start>): Promise<Receiver> {
  const receiver = await Receiver.start(...parameters);
  stopAfterwards(() => receiver.stop());
  return receiver;
}

export interface WebhookHostOptions extends Omit<StartHostOptions, 'config'> {
  readonly url: string;
  readonly credentials?: object;
  readonly init?: object;
  readonly delivery?: object;
  readonly mapping?: unknown;
  readonly observer?: DeliveryObserver;
}

/** A host with one destination, `hook`, that is a webhook. */
export function startedWebhookHost(options: WebhookHostOptions): Promise<Host> {
  const { url, credentials, init = {}, delivery = {}, mapping = 'event@n', ...rest } = options;
  return startedHost(
    {
      network: { allow: ['127.0.0.1'] },
      resources: [{ id: 'r', credentials: { production: { url, ...credentials } } }],
      destinations: [{ id: 'hook', package: '@dest/webhook', resource: { id: 'r' }, init, delivery, mapping }],
    },
    { register: [WebhookDestination], ...rest },
  );
}

/** The envelopes that were received, by their idempotency keys. */
export function receivedIds(received: readonly Received[]): string[] {
  return received.map(({ headers }) => String(headers['idempotency-key']).replace(/:hook$/, ''));
}
