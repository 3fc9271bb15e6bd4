import {
  LocalConnections,
  type Connections,
  type Http,
  type HttpAnswer,
  type HttpExchange,
  type HttpRequest,
  type Logger,
} from '@dest/core';
import { attributedTo, keepAttribution, runAttributed } from '../../src/containment/attribution';
import { attributedConnections, unattributedHttp, unattributedLogger } from '../../src/containment/host-services';
import type { Owner } from '../../src/containment/plugin-fault';

const faults = { take: () => true };
const orders: Owner = { package: 'plugin', destination: 'orders', faults };
const others: Owner = { package: 'plugin', destination: 'others', faults };

let stop: () => void;
beforeEach(() => (stop = keepAttribution()));
afterEach(() => stop());

describe('a logger for plugins', () => {
  it('logs as what it is made of does, as the host’s own', () => {
    const logged: unknown[] = [];
    const keep =
      (level: string): Logger['info'] =>
      (...values) =>
        void logged.push([level, attributedTo(), ...values]);
    const logger = unattributedLogger({
      debug: keep('debug'),
      info: keep('info'),
      warn: keep('warn'),
      error: keep('error'),
    });
    runAttributed(orders, () => {
      logger.debug('a');
      logger.info('b', { b: 1 });
      logger.warn('c');
      logger.error('d');
    });
    expect(logged).toEqual([
      ['debug', undefined, 'a'],
      ['info', undefined, 'b', { b: 1 }],
      ['warn', undefined, 'c'],
      ['error', undefined, 'd'],
    ]);
  });
});

describe('a fetch for plugins', () => {
  it('is the host’s own, and gives the plugin a promise of its own', async () => {
    const found: unknown[] = [];
    const http: Http = async (input, init) => {
      found.push(input, init, attributedTo());
      return new Response('done');
    };
    const text = await runAttributed(orders, async () => {
      const response = await unattributedHttp(http)('http://example.test', { method: 'POST' });
      found.push(attributedTo());
      return response.text();
    });
    expect(text).toBe('done');
    expect(found).toEqual(['http://example.test', { method: 'POST' }, undefined, orders]);
  });
});

describe('a request of a plugin without the machinery of fetch', () => {
  const request: HttpRequest = { url: new URL('http://example.test'), method: 'POST' };
  const httpThat = (send: NonNullable<Http['send']>): Http =>
    unattributedHttp(Object.assign(async () => new Response(), { send }));

  it('is the host’s own, and its answer the plugin’s', async () => {
    const found: unknown[] = [];
    const given: unknown[] = [];
    const answer = { status: 200 } as HttpAnswer;
    const http = httpThat((sent) => {
      found.push(sent, attributedTo());
      return { answer: Promise.resolve(answer), giveUp: (reason) => given.push(reason) };
    });
    await runAttributed(orders, async () => {
      const exchange = http.send!(request);
      expect(await exchange.answer).toBe(answer);
      found.push(attributedTo());
      exchange.giveUp(new Error('enough'));
    });
    expect(found).toEqual([request, undefined, orders]);
    expect(given).toEqual([new Error('enough')]);
  });

  it('is the same exchange where no plugin asks', () => {
    const exchange: HttpExchange = { answer: Promise.resolve({} as HttpAnswer), giveUp: () => undefined };
    expect(httpThat(() => exchange).send!(request)).toBe(exchange);
  });

  it('is there where the host has it', () => {
    expect(unattributedHttp(async () => new Response()).send).toBeUndefined();
  });
});

describe('connections for plugins', () => {
  it('that are shared are the plugin’s, not a destination’s', async () => {
    const found: (Owner | undefined)[] = [];
    const connections = attributedConnections(new LocalConnections());
    const acquire = (owner: Owner): ReturnType<Connections['acquire']> =>
      runAttributed(owner, () =>
        connections.acquire(
          'key',
          async () => void found.push(attributedTo()),
          async () => void found.push(attributedTo()),
        ),
      );
    const [first, second] = await Promise.all([acquire(orders), acquire(others)]);
    await runAttributed(orders, () => first.release());
    expect(found).toHaveLength(1);
    await runAttributed(others, () => second.release());
    expect(found).toEqual([
      { package: 'plugin', faults },
      { package: 'plugin', faults },
    ]);
  });

  it('leave what asks for one as it was', async () => {
    const connections = attributedConnections(new LocalConnections());
    const after = await runAttributed(orders, async () => {
      await connections.acquire(
        'key',
        async () => 1,
        async () => undefined,
      );
      return attributedTo();
    });
    expect(after).toBe(orders);
  });

  it('hand on why there is none', async () => {
    const connections = attributedConnections(new LocalConnections());
    const fail = async (): Promise<never> => {
      throw new Error('refused');
    };
    const acquire = (): Promise<unknown> => connections.acquire('key', fail, async () => undefined);
    await expect(runAttributed(orders, acquire)).rejects.toThrow('refused');
    // The application may use them too.
    await expect(acquire()).rejects.toThrow('refused');
  });
});
