import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TOOLS = join(__dirname, '../../tools/pulsar');

/** Who is known to a broker with token authentication. */
export type Role = 'admin' | 'application' | 'stranger';

/** A real Pulsar broker. */
export interface PulsarBroker {
  /** `pulsar://…` */
  readonly url: string;
  /** `http://…` */
  readonly httpUrl: string;
  /** `ws://…` */
  readonly webSocketUrl: string;
  /** A token that may do everything; absent without authentication. */
  readonly adminToken: string | undefined;
  /** Ends and wipes the broker, where the suite started it. */
  stop(): Promise<void>;
}

/** What a broker has beside tokens where it was started with `all`. */
export interface SecureAccess {
  /** `pulsar+ssl://…` */
  readonly url: string;
  /** `wss://…` */
  readonly webSocketUrl: string;
  /** File with the certificate of the authority that signed the broker's. */
  readonly authority: string;
  /** Files of client certificates, by role. */
  readonly clients: Readonly<Record<ClientRole, { readonly certificate: string; readonly key: string }>>;
  /** Passwords, by role; the role is the user. */
  readonly passwords: Readonly<Record<ClientRole, string>>;
}

type ClientRole = Exclude<Role, 'admin'>;

/** A broker that the suite has for itself. */
export interface OwnPulsarBroker extends PulsarBroker {
  /** Absent unless it was started with `all`. */
  readonly secure?: SecureAccess;
  token(role: Role): string;
  /** Ends it with SIGKILL; the data stays. */
  kill(): Promise<void>;
  /** Stops it where it is (SIGSTOP): connections stay, and nothing answers. */
  freeze(): Promise<void>;
  /** Has it go on after `freeze`. */
  thaw(): Promise<void>;
  /** Starts it again after `kill`, with the same data and at the same addresses. */
  restart(): Promise<void>;
}

/**
 * Starts a broker on free ports of 127.0.0.1, with its own data folder.
 * @param purpose becomes part of its name
 * @param auth `all`: tokens, passwords and client certificates, and TLS on further ports; needs OpenSSL
 */
export async function startOwnBroker(
  purpose: string,
  auth: 'none' | 'token' | 'all' = 'none',
): Promise<OwnPulsarBroker> {
  const name = `${purpose}-${randomBytes(3).toString('hex')}`;
  const started = await tool('start', ['--name', name, '--auth', auth, '--port', '0', '--http-port', '0']);
  const { url, httpUrl, webSocketUrl, tokens } = started as StartedBroker;
  const texts = new Map<string, string>();
  for (const [role, file] of Object.entries(tokens)) texts.set(role, await readFile(file, 'utf8'));
  return {
    url,
    httpUrl,
    webSocketUrl,
    adminToken: texts.get('admin'),
    ...(auth === 'all' ? { secure: await secureAccess(started as StartedBroker) } : {}),
    token: (role) => texts.get(role) ?? '',
    kill: async () => void (await tool('stop', ['--name', name, '--kill', '--keep-data'])),
    freeze: async () => void process.kill(await pidOf(name), 'SIGSTOP'),
    thaw: async () => void process.kill(await pidOf(name), 'SIGCONT'),
    restart: async () => void (await tool('start', ['--name', name, '--keep-data'])),
    stop: async () => void (await tool('stop', ['--name', name])),
  };
}

async function pidOf(name: string): Promise<number> {
  const state = await readFile(join(TOOLS, '../../.pulsar/brokers', name, 'state.json'), 'utf8');
  return (JSON.parse(state) as { readonly pid: number }).pid;
}

/** What the tool tells. */
interface StartedBroker {
  readonly url: string;
  readonly httpUrl: string;
  readonly webSocketUrl: string;
  readonly tokens: Partial<Record<Role, string>>;
  readonly tlsUrl: string;
  readonly tlsWebSocketUrl: string;
  readonly authority: string;
  readonly clients: SecureAccess['clients'];
  readonly passwords: SecureAccess['passwords'];
}

async function secureAccess(started: StartedBroker): Promise<SecureAccess> {
  const { tlsUrl, tlsWebSocketUrl, authority, clients, passwords } = started;
  return {
    url: tlsUrl,
    webSocketUrl: tlsWebSocketUrl,
    authority,
    clients,
    passwords: {
      application: await readFile(passwords.application, 'utf8'),
      stranger: await readFile(passwords.stranger, 'utf8'),
    },
  };
}

/**
 * The broker that PULSAR_URL and PULSAR_HTTP_URL name (PULSAR_TOKEN, where it wants one); where they are not set, one of the
 * suite's own, without authentication.
 */
export async function useBroker(purpose: string): Promise<PulsarBroker> {
  const { PULSAR_URL: url, PULSAR_HTTP_URL: httpUrl, PULSAR_TOKEN: adminToken } = process.env;
  if (url === undefined && httpUrl === undefined) return startOwnBroker(purpose);
  if (url === undefined || httpUrl === undefined) {
    throw new Error(
      'Set both PULSAR_URL and PULSAR_HTTP_URL to use a broker that runs, or neither to have one started.',
    );
  }
  const base = httpUrl.replace(/\/+$/, '');
  return {
    url,
    httpUrl: base,
    webSocketUrl: base.replace(/^http/, 'ws'),
    adminToken,
    stop: async () => Promise.resolve(),
  };
}

async function tool(command: 'start' | 'stop', options: readonly string[]): Promise<unknown> {
  const script = join(TOOLS, `${command}.mjs`);
  const { stdout } = await run(process.execPath, [script, '--json', ...options]);
  return JSON.parse(stdout) as unknown;
}
