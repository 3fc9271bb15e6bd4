import { mkdir, readFile, rm } from 'node:fs/promises';
import { isRunning, spawnBroker, terminate } from './broker-process.mjs';
import { certificateFiles } from './certificates.mjs';
import { configure } from './configure.mjs';
import { findJava } from './environment.mjs';
import { isHealthy, request, waitUntilHealthy } from './health.mjs';
import { install } from './install.mjs';
import { passwordFiles } from './passwords.mjs';
import { brokerPaths } from './paths.mjs';
import { assertFree, freePort } from './ports.mjs';
import { readState, writeState } from './state.mjs';
import { ADMIN, APPLICATION, tokenFiles } from './tokens.mjs';
import { ToolFailure } from './tool-failure.mjs';

const STOP_PATIENCE_MS = 15_000;

/**
 * @typedef {object} StartOptions
 * @property {string} name which broker; several run side by side
 * @property {import('./state.mjs').Auth} [auth] default: as it was where data is kept, else `none`
 * @property {number} [port] of the Pulsar protocol; 0: any free one; default: as it was where data is kept, else 6650
 * @property {number} [httpPort] of HTTP and WebSocket; 0: any free one; default: as above, else 8080
 * @property {boolean} [keepData] continue with the data of the broker that ran before, instead of wiping it
 * @property {number} [timeoutMs] how long it may take to become healthy; default: 120 s
 * @property {(line: string) => void} [report] receives progress
 * @property {AbortSignal} [signal] gives up: what was started is ended and wiped
 */

/**
 * @typedef {object} Broker
 * @property {string} name
 * @property {number} pid
 * @property {import('./state.mjs').Auth} auth
 * @property {string} url `pulsar://…`
 * @property {string} httpUrl `http://…`
 * @property {string} webSocketUrl `ws://…`
 * @property {string} [tlsUrl] `pulsar+ssl://…`, with `all`, as the next four
 * @property {string} [tlsWebSocketUrl] `wss://…`
 * @property {string} [authority] file with the certificate of who signed the broker's
 * @property {Record<string, { certificate: string, key: string }>} [clients] role → files of its client certificate
 * @property {Record<string, string>} [passwords] role → file with its password
 * @property {Record<string, string>} tokens role → file with its token; empty without token authentication
 * @property {string} log path of the broker's log
 * @property {boolean} alreadyRunning true where it was up before
 */

/**
 * Starts a Pulsar broker on 127.0.0.1 and waits until it takes messages. It keeps running when this process ends.
 * @param {StartOptions} options
 * @returns {Promise<Broker>}
 * @throws {ToolFailure} JAVA_MISSING, JAVA_TOO_OLD, MAVEN_MISSING, DOWNLOAD_FAILED, OPENSSL_MISSING, PORT_TAKEN, ALREADY_RUNNING, NOT_HEALTHY
 */
export async function startBroker(options) {
  const { name, keepData = false, report = () => undefined, signal = new AbortController().signal } = options;
  const before = await readState(name);
  if (before?.pid !== undefined && isRunning(before.pid, name)) return found(name, before, options);

  const java = findJava();
  const jars = await install(report);
  signal.throwIfAborted();
  const kept = keepData ? before : undefined;
  const auth = options.auth ?? kept?.auth ?? 'none';
  const ports = await choosePorts(options, kept, auth);
  const { folder } = brokerPaths(name);
  if (!keepData) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await configure({ name, auth, ports });
  const { pid } = spawnBroker({ name, java, jars });
  if (pid === undefined) throw new ToolFailure('NOT_STARTED', `${java} could not be run.`, { exitCode: 3 });
  const state = { pid, auth, ports };
  await writeState(name, state);
  try {
    report(`Starting the broker ${name} (process ${pid}) …`);
    await becomeHealthy(name, state, { timeoutMs: options.timeoutMs ?? 120_000, signal });
  } catch (error) {
    await terminate(pid, name, { patienceMs: 0 });
    if (signal.aborted) await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { ...describe(name, state), alreadyRunning: false };
}

/**
 * Ends a broker and wipes what it kept. Does nothing where there is none.
 * @param {{ name: string, keepData?: boolean, kill?: boolean }} options `kill`: at once, as in a crash
 * @returns {Promise<'stopped' | 'killed' | 'not-running'>} `killed`: it had to be, or was to be
 */
export async function stopBroker({ name, keepData = false, kill = false }) {
  const state = await readState(name);
  /** @type {'stopped' | 'killed' | 'not-running'} */
  let outcome = 'not-running';
  if (state?.pid !== undefined && isRunning(state.pid, name)) {
    const byItself = await terminate(state.pid, name, { patienceMs: kill ? 0 : STOP_PATIENCE_MS });
    outcome = byItself ? 'stopped' : 'killed';
  }
  if (!keepData) await rm(brokerPaths(name).folder, { recursive: true, force: true });
  else if (state !== undefined) await writeState(name, { auth: state.auth, ports: state.ports });
  return outcome;
}

/**
 * @param {string} name
 * @param {import('./state.mjs').BrokerState} state
 * @param {StartOptions} wanted
 * @returns {Promise<Broker>}
 */
async function found(name, state, { auth, port, httpPort }) {
  const differs =
    (auth !== undefined && auth !== state.auth) ||
    (port ? port !== state.ports.broker : false) ||
    (httpPort ? httpPort !== state.ports.http : false);
  const broker = { ...describe(name, state), alreadyRunning: true };
  if (!differs && (await isHealthy(broker.httpUrl, await tokenOf(name, state, ADMIN)))) return broker;
  throw new ToolFailure(
    'ALREADY_RUNNING',
    `A broker named ${name} runs already (process ${state.pid}, authentication ${state.auth}, ports ${state.ports.broker} ` +
      `and ${state.ports.http}) and ${differs ? 'was started with other options' : 'is not healthy'}. ` +
      `Stop it first (npm run pulsar:stop -- --name ${name}), or choose another --name.`,
  );
}

/**
 * @param {StartOptions} options
 * @param {import('./state.mjs').BrokerState | undefined} kept
 * @param {import('./state.mjs').Auth} auth
 * @returns {Promise<import('./state.mjs').Ports>}
 */
async function choosePorts({ port, httpPort }, kept, auth) {
  const wanted = { broker: port ?? kept?.ports.broker ?? 6650, http: httpPort ?? kept?.ports.http ?? 8080 };
  if (wanted.broker !== 0) await assertFree(wanted.broker, '--port');
  if (wanted.http !== 0) await assertFree(wanted.http, '--http-port');
  const taken = new Set([wanted.broker, wanted.http]);
  const broker = wanted.broker || (await freePort(taken));
  const http = wanted.http || (await freePort(taken.add(broker)));
  if (auth !== 'all') return { broker, http };
  const brokerTls = kept?.ports.brokerTls ?? (await freePort(taken.add(http)));
  const httpTls = kept?.ports.httpTls ?? (await freePort(taken.add(brokerTls)));
  return { broker, http, brokerTls, httpTls };
}

/**
 * @param {string} name
 * @param {Required<import('./state.mjs').BrokerState>} state
 * @param {{ timeoutMs: number, signal: AbortSignal }} options
 */
async function becomeHealthy(name, state, { timeoutMs, signal }) {
  const { httpUrl } = describe(name, state);
  const token = await tokenOf(name, state, ADMIN);
  const stillRunning = () => isRunning(state.pid, name);
  if (!(await waitUntilHealthy(httpUrl, { token, timeoutMs, stillRunning, signal })))
    throw await notHealthy(name, state, timeoutMs);
  if (state.auth !== 'none') await grant(httpUrl, token);
}

/**
 * @param {string} httpUrl
 * @param {string | undefined} token
 */
async function grant(httpUrl, token) {
  const url = `${httpUrl}/admin/v2/namespaces/public/default/permissions/${APPLICATION}`;
  const response = await request(url, { token, method: 'POST', body: ['produce', 'consume'] });
  if (!response.ok) {
    throw new ToolFailure(
      'GRANT_REFUSED',
      `The broker refused to grant ${APPLICATION} its permissions: ${response.status}.`,
    );
  }
}

/**
 * @param {string} name
 * @param {Required<import('./state.mjs').BrokerState>} state
 * @param {number} timeoutMs
 */
async function notHealthy(name, state, timeoutMs) {
  const { log } = brokerPaths(name);
  const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n');
  const what = isRunning(state.pid, name)
    ? `is not healthy after ${timeoutMs / 1000} s`
    : 'ended while it was starting';
  return new ToolFailure(
    'NOT_HEALTHY',
    `The broker ${name} ${what}. Its log is ${log}; it ends with:\n${lines.slice(-15).join('\n')}`,
  );
}

/**
 * @param {string} name
 * @param {import('./state.mjs').BrokerState} state
 * @param {string} role
 */
async function tokenOf(name, state, role) {
  if (state.auth === 'none') return undefined;
  return readFile(tokenFiles(brokerPaths(name).tokens).roles[role] ?? '', 'utf8');
}

/**
 * @param {string} name
 * @param {import('./state.mjs').BrokerState} state
 */
function describe(name, { pid = 0, auth, ports }) {
  const { log, tokens, certificates, passwords } = brokerPaths(name);
  const { authority, clients } = certificateFiles(certificates);
  return {
    name,
    pid,
    auth,
    url: `pulsar://127.0.0.1:${ports.broker}`,
    httpUrl: `http://127.0.0.1:${ports.http}`,
    webSocketUrl: `ws://127.0.0.1:${ports.http}`,
    tokens: auth === 'none' ? {} : tokenFiles(tokens).roles,
    ...(auth === 'all'
      ? {
          tlsUrl: `pulsar+ssl://127.0.0.1:${ports.brokerTls}`,
          tlsWebSocketUrl: `wss://127.0.0.1:${ports.httpTls}`,
          authority,
          clients,
          passwords: passwordFiles(passwords).roles,
        }
      : {}),
    log,
  };
}
