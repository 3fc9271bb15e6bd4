import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttp, type PolicedHttp } from '../../src/http/create-http';
import type { NetworkPolicy } from '../../src/http/network-policy';
import type { ResolveAll } from '../../src/http/network-guard';
import { failureOf } from '../../src/errors/failure';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function http(policy?: NetworkPolicy, resolve?: ResolveAll): PolicedHttp {
  const made = createHttp(policy, resolve === undefined ? {} : { resolve });
  closers.push(() => made.close());
  return made;
}

/** A real server on loopback; gives its port. */
async function serve(
  listener: RequestListener,
  address = '127.0.0.1',
  at = 0,
): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(at, address, resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, port: (server.address() as AddressInfo).port };
}

const answerOk: RequestListener = (request, response) => {
  request.resume();
  response.end('ok');
};

async function failure(promise: Promise<unknown>): Promise<ReturnType<typeof failureOf>> {
  return promise.then(
    () => {
      throw new Error('should have failed');
    },
    (error: unknown) => failureOf(error),
  );
}

describe('createHttp', () => {
  it('blocks loopback by default, with an error that says host, address and what to set', async () => {
    let reached = 0;
    const { port } = await serve((request, response) => {
      reached++;
      answerOk(request, response);
    });
    const blocked = await failure(http()(`http://127.0.0.1:${port}/`));
    expect(blocked).toMatchObject({ retry: 'configuration', scope: 'destination', code: 'NETWORK_ADDRESS_BLOCKED' });
    expect(blocked.message).toContain(`127.0.0.1:${port}`);
    expect(blocked.message).toContain('(loopback)');
    expect(blocked.message).toContain("network: { allow: ['127.0.0.1'] }");
    expect(reached).toBe(0);
  });

  it.each(['localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::1]', '0.0.0.0', '[64:ff9b::7f00:1]'])(
    'blocks %s too',
    async (host) => {
      const { port } = await serve(answerOk);
      expect((await failure(http()(`http://${host}:${port}/`))).code).toBe('NETWORK_ADDRESS_BLOCKED');
    },
  );

  it.each(['http://169.254.169.254/latest/meta-data', 'https://10.0.0.1/', 'https://[fd00::1]:8443/'])(
    'blocks %s without connecting',
    async (url) => {
      expect((await failure(http()(url))).code).toBe('NETWORK_ADDRESS_BLOCKED');
    },
  );

  it.each([['127.0.0.1'], ['127.0.0.0/8'], ['localhost'], ['*']])(
    'connects where the policy allows %s',
    async (entry) => {
      const { port } = await serve(answerOk);
      const response = await http({ allow: [entry] })(`http://localhost:${port}/`);
      expect(await response.text()).toBe('ok');
    },
  );

  it('allows a host and port, and no other port of it', async () => {
    const { port } = await serve(answerOk);
    const { port: other } = await serve(answerOk);
    const fetch = http({ allow: [`localhost:${port}`] });
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(200);
    expect((await failure(fetch(`http://localhost:${other}/`))).code).toBe('NETWORK_ADDRESS_BLOCKED');
    expect((await failure(fetch(`http://127.0.0.1:${port}/`))).code).toBe('NETWORK_ADDRESS_BLOCKED');
  });

  it('blocks a redirect to a blocked address', async () => {
    let reached = 0;
    const inner = await serve((request, response) => {
      reached++;
      answerOk(request, response);
    }, '127.0.0.2');
    const outer = await serve((request, response) => {
      request.resume();
      response.writeHead(302, { location: `http://127.0.0.2:${inner.port}/secret` }).end();
    });
    const blocked = await failure(http({ allow: ['127.0.0.1'] })(`http://127.0.0.1:${outer.port}/`));
    expect(blocked).toMatchObject({ retry: 'configuration', code: 'NETWORK_ADDRESS_BLOCKED' });
    expect(reached).toBe(0);
    const response = await http({ allow: ['127.0.0.1', '127.0.0.2'] })(`http://127.0.0.1:${outer.port}/`);
    expect([response.status, response.redirected, reached]).toEqual([200, true, 1]);
  });

  it('drops Authorization on a redirect to another origin and keeps it within one', async () => {
    const seen: (string | undefined)[] = [];
    const { port: target } = await serve((request, response) => {
      seen.push(request.headers.authorization);
      answerOk(request, response);
    });
    const { port } = await serve((request, response) => {
      request.resume();
      if (request.url === '/last') {
        seen.push(request.headers.authorization);
        response.end();
        return;
      }
      const location = request.url === '/within' ? '/last' : `http://127.0.0.1:${target}/`;
      response.writeHead(307, { location }).end();
    });
    const fetch = http({ allow: ['127.0.0.1'] });
    const headers = { authorization: 'Bearer canary' };
    await (await fetch(`http://127.0.0.1:${port}/within`, { headers })).text();
    await (await fetch(`http://127.0.0.1:${port}/across`, { headers })).text();
    expect(seen).toEqual(['Bearer canary', undefined]);
  });

  it('connects a name with public and blocked addresses to the permitted ones only', async () => {
    const { port } = await serve(answerOk);
    let blockedReached = 0;
    const blocked: RequestListener = (_request, response) => response.end(`${blockedReached++}`);
    await serve(blocked, '127.0.0.2', port);
    const asked: string[] = [];
    const resolve: ResolveAll = (host, callback) => {
      asked.push(host);
      callback(null, [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    };
    const response = await http({ allow: ['127.0.0.1'] }, resolve)(`http://mixed.example:${port}/`);
    expect(await response.text()).toBe('ok');
    expect(asked).toEqual(['mixed.example']);
    expect(blockedReached).toBe(0);
  });

  it('connects to the address that was checked, whatever the name resolves to the next time', async () => {
    let reached = 0;
    const { port } = await serve((request, response) => {
      reached++;
      answerOk(request, response);
    });
    const answers = ['127.0.0.2', '127.0.0.1', '127.0.0.1'];
    let asked = 0;
    const rebinding: ResolveAll = (_host, callback) => callback(null, [{ address: answers[asked++] ?? '', family: 4 }]);
    const fetch = http({ allow: ['127.0.0.2'] }, rebinding);
    // Nothing listens on 127.0.0.2: the connection is refused there, and isn't made to what the name says next.
    await expect(fetch(`http://rebinding.example:${port}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(asked).toBe(1);
    expect((await failure(fetch(`http://rebinding.example:${port}/`))).code).toBe('NETWORK_ADDRESS_BLOCKED');
    expect(reached).toBe(0);
  });

  it('says what a name led to when it is blocked', async () => {
    const resolve: ResolveAll = (_host, callback) =>
      callback(null, [
        { address: '10.0.0.1', family: 4 },
        { address: 'fe80::1%eth0', family: 6 },
      ]);
    const blocked = await failure(http({}, resolve)('https://inside.example/'));
    expect(blocked.message).toContain('inside.example:443');
    expect(blocked.message).toContain('10.0.0.1 (private), fe80::1%eth0 (link-local)');
  });

  it('passes a failing resolver on as the cause', async () => {
    const resolve: ResolveAll = (_host, callback) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    await expect(http({}, resolve)('http://missing.example/')).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } });
  });

  it.each(['data:text/plain,hello', 'file:///etc/passwd', 'ftp://example.com/', 'blob:nodedata:1'])(
    'refuses %s',
    async (url) => {
      expect(await failure(http({ allow: ['*'] })(url))).toMatchObject({
        retry: 'configuration',
        code: 'NETWORK_SCHEME_REFUSED',
      });
    },
  );

  it('ignores a dispatcher of the caller', async () => {
    const { port } = await serve(answerOk);
    const { Agent } = await import('undici');
    const own = new Agent();
    closers.push(() => own.destroy());
    const init = { dispatcher: own } as unknown as RequestInit;
    expect((await failure(http()(`http://127.0.0.1:${port}/`, init))).code).toBe('NETWORK_ADDRESS_BLOCKED');
  });

  it('keeps and re-uses connections', async () => {
    const { server, port } = await serve(answerOk);
    let connections = 0;
    server.on('connection', () => connections++);
    const fetch = http({ allow: ['127.0.0.1'] });
    for (let index = 0; index < 20; index++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
    // Two, since a body's end is read a moment before its connection is free again.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('takes a Request and a FormData of the platform', async () => {
    const bodies: string[] = [];
    const { port } = await serve((request, response) => {
      let text = `${request.method} ${String(request.headers['x-a'])} ${request.headers['content-type']?.split(';')[0]} `;
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        bodies.push(text);
        response.end();
      });
    });
    const fetch = http({ allow: ['127.0.0.1'] });
    const url = `http://127.0.0.1:${port}/`;
    await fetch(new Request(url, { method: 'PUT', headers: { 'x-a': 'b', 'content-type': 'text/x' }, body: 'hello' }));
    const form = new FormData();
    form.append('name', 'value');
    form.append('file', new Blob(['content']), 'file.txt');
    await fetch(new URL(url), { method: 'POST', body: form });
    expect(bodies[0]).toBe('PUT b text/x hello');
    expect(bodies[1]).toMatch(
      /^POST undefined multipart\/form-data .*name="name"\r\n\r\nvalue\r\n.*filename="file.txt".*content/s,
    );
    expect((await failure(http()(new Request(url)))).code).toBe('NETWORK_ADDRESS_BLOCKED');
  });

  it('is aborted by its signal', async () => {
    const { port } = await serve(() => undefined);
    const controller = new AbortController();
    const answer = http({ allow: ['127.0.0.1'] })(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });

  it('refuses header values with line breaks', async () => {
    const headers = { 'x-a': 'b\r\nx-c: d' };
    await expect(http({ allow: ['*'] })('http://127.0.0.1/', { headers })).rejects.toThrow(/header/i);
  });

  it('fails what is under way and what comes later once it is closed, and closes twice', async () => {
    let reached = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (reached = resolve));
    const { port } = await serve(() => reached());
    const fetch = http({ allow: ['127.0.0.1'] });
    const hanging = failure(fetch(`http://127.0.0.1:${port}/`));
    await arrival;
    await fetch.close();
    await fetch.close();
    expect(await hanging).toMatchObject({ retry: 'transient', scope: 'destination', code: 'HTTP_CLOSED' });
    expect((await failure(fetch(`http://127.0.0.1:${port}/`))).code).toBe('HTTP_CLOSED');
  });

  it('closes without a call before', async () => {
    await expect(createHttp().close()).resolves.toBeUndefined();
  });
});
