import { startControlServer, type ControlServer, type ControlServerOptions, type HostControl } from '@dest/host';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const closing: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What is done after the test, last first. */
export function afterwards(close: () => Promise<unknown> | void): void {
  closing.push(close);
}

/** A folder of the user's own that is gone after the test. */
export function socketFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dest-control-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const IDENTITY = { version: '1.2.3', configuration: '/etc/dest.yaml', startedAt: 1_000 };

/** A control server that is closed after the test. */
export async function serve(
  control: HostControl,
  path: string,
  options: Partial<ControlServerOptions> = {},
): Promise<ControlServer> {
  const server = await startControlServer(control, { path, identity: IDENTITY, closeTimeoutMs: 100, ...options });
  afterwards(() => server.close());
  return server;
}

/** A client that says what it is told to. */
export interface RawClient {
  readonly socket: Socket;
  /** The next line that the server says; undefined where it has hung up. */
  next(): Promise<unknown>;
}

export async function rawClient(address: string): Promise<RawClient> {
  const socket = connect(address);
  socket.on('error', () => undefined);
  afterwards(() => void socket.destroy());
  await once(socket, 'connect');
  const lines = (async function* () {
    let text = '';
    for await (const chunk of socket) {
      text += String(chunk);
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        yield JSON.parse(text.slice(0, end)) as unknown;
        text = text.slice(end + 1);
      }
    }
  })();
  return {
    socket,
    next: async () => {
      try {
        return (await lines.next()).value;
      } catch {
        return undefined;
      }
    },
  };
}
