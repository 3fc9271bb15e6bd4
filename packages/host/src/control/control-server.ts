import { createServer, type Server, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { bindSocket } from './bind-socket';
import { controlAddress } from './control-address';
import type { ControlMethods } from './control-methods';
import type { ControlPing } from './control-protocol';
import { ControlSession } from './control-session';
import type { HostControl } from './host-control';

/** Further clients are turned away. */
const MAX_CLIENTS = 64;
const HELLO_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;

export interface ControlServerOptions {
  /** Where other processes look for the host: `configuration.control.path`. */
  readonly path: string;
  /** What `ping` answers. */
  readonly identity: Omit<ControlPing, 'pid'>;
  /** Takes secrets out of texts. Default: there are none. */
  readonly redact?: (text: string) => string;
  /** How long a client may take to say hello, in milliseconds. Default: 10 s. */
  readonly helloTimeoutMs?: number;
  /** How long `close` waits for what was asked already, in milliseconds. Default: 5 s. */
  readonly closeTimeoutMs?: number;
}

/** Lets other processes of the same user operate a host. */
export interface ControlServer {
  /** What is listened on: the path, or a short one in its place where that is too long for an operating system. */
  readonly address: string;
  /** Answers what was asked already, takes nothing more, removes the socket. Safe twice. */
  close(): Promise<void>;
}

/**
 * Makes a host reachable for other processes by a Unix socket that only its owner can use (on Windows a named pipe).
 * Clients connect with `connectControl`.
 *
 * @throws ConfigurationError `CONTROL_IN_USE` where a host answers there already, `CONTROL_FOLDER_UNSAFE` where others may
 *   write into the socket's folder, `CONTROL_NOT_A_SOCKET`, `CONTROL_UNAVAILABLE`
 */
export async function startControlServer(control: HostControl, options: ControlServerOptions): Promise<ControlServer> {
  const { path, identity, redact = (text) => text, helloTimeoutMs = HELLO_TIMEOUT_MS } = options;
  const target = controlAddress(resolve(path));
  const sessions = new Set<ControlSession>();
  const methods = methodsOf(control, { ...identity, pid: process.pid });
  const serve = (socket: Socket): void => {
    const session = new ControlSession(socket, { control: methods, redact, helloTimeoutMs });
    sessions.add(session);
    socket.once('close', () => sessions.delete(session));
    void session.serve();
  };
  // A client may say that it asks no more, and still wait for the answers.
  const server = createServer({ allowHalfOpen: true }, serve);
  server.maxConnections = MAX_CLIENTS;
  await bindSocket(server, target);
  // Such as too many open files: clients are turned away, the host goes on.
  server.on('error', () => undefined);
  let closing: Promise<void> | undefined;
  const { closeTimeoutMs = CLOSE_TIMEOUT_MS } = options;
  return {
    address: target.address,
    close: () => (closing ??= closeAll(server, sessions, closeTimeoutMs)),
  };
}

async function closeAll(server: Server, sessions: ReadonlySet<ControlSession>, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => sessions.forEach((session) => session.destroy()), timeoutMs);
  await Promise.all([...sessions].map((session) => session.close()));
  await closed;
  clearTimeout(timer);
}

/** Exactly what may be called from outside, and nothing else that the object has. */
function methodsOf(control: HostControl, identity: ControlPing): ControlMethods {
  return {
    ping: () => Promise.resolve(identity),
    lanes: () => control.lanes(),
    resume: (destination) => control.resume(destination),
    moveLane: (lane, destination) => control.moveLane(lane, destination),
    dropLane: (lane) => control.dropLane(lane),
    listDeadLetters: (filter, page) => control.listDeadLetters(filter, page),
    countDeadLetters: (filter) => control.countDeadLetters(filter),
    showDeadLetter: (id) => control.showDeadLetter(id),
    dropDeadLetters: (filter) => control.dropDeadLetters(filter),
    replayDeadLetters: (filter) => control.replayDeadLetters(filter),
    forget: (profileId) => control.forget(profileId),
    countQuarantined: () => control.countQuarantined(),
    reload: () => control.reload(),
  };
}
