import { ConfigurationError, messageOf, TransientError } from '@dest/core';
import { connect, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { checkSocketFolder } from './check-socket-folder';
import { controlAddress } from './control-address';
import { ControlClient } from './control-client';
import { ControlConnection } from './control-connection';
import { fromControlFailure } from './control-error';
import { CONTROL_VERSION, hello, type ControlHello, type ControlReply } from './control-protocol';
import { LineSplitter } from './line-splitter';

export interface ConnectControlOptions {
  /** How long the host may take to say hello, in milliseconds. Default: 5 s. */
  readonly timeoutMs?: number;
}

/**
 * Connects to the host that is reached at a control path.
 *
 * @param path - `configuration.control.path`
 * @throws ConfigurationError `HOST_NOT_RUNNING` where no host answers there, `CONTROL_NOT_PERMITTED` where it is another
 *   user's, `CONTROL_FOLDER_UNSAFE`, `CONTROL_VERSION_UNSUPPORTED`; TransientError `CONTROL_SILENT` where the host doesn't say
 *   hello in time, `CONTROL_LOST` where it goes away meanwhile
 */
export async function connectControl(path: string, options: ConnectControlOptions = {}): Promise<ControlClient> {
  const target = controlAddress(resolve(path));
  if (!(await checkSocketFolder(target))) throw notRunning(target.address);
  const socket = await open(target.address);
  try {
    return await greet(socket, target.address, options.timeoutMs ?? 5_000);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function open(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const fail = (error: NodeJS.ErrnoException): void => reject(describe(error, address));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function describe(error: NodeJS.ErrnoException, address: string): Error {
  const { code } = error;
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK') return notRunning(address);
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `The control socket ${address} belongs to another user. Run this as the user that runs the host.`;
    return new ConfigurationError(message, { code: 'CONTROL_NOT_PERMITTED', cause: error });
  }
  const message = `The control socket ${address} can't be reached: ${messageOf(error)}. Try again.`;
  return new TransientError(message, { code: 'CONTROL_LOST', cause: error });
}

function notRunning(address: string): ConfigurationError {
  return new ConfigurationError(`No host answers on the control socket ${address}. Start one with dest run.`, {
    code: 'HOST_NOT_RUNNING',
  });
}

/** Waits for the host's hello; from then on lines are replies. */
function greet(socket: Socket, address: string, timeoutMs: number): Promise<ControlClient> {
  return new Promise((resolve, reject) => {
    const lines = new LineSplitter();
    let connection: ControlConnection | undefined;
    const timer = setTimeout(() => {
      const message = `The host at ${address} has not said hello for ${timeoutMs} ms. See whether it hangs, or try again.`;
      reject(new TransientError(message, { code: 'CONTROL_SILENT' }));
    }, timeoutMs);
    const take = (line: string): void => {
      if (connection !== undefined) return connection.take(line);
      checkHello(JSON.parse(line) as Partial<ControlHello>, address);
      clearTimeout(timer);
      connection = new ControlConnection(socket);
      resolve(new ControlClient(connection));
      return undefined;
    };
    socket.on('data', (chunk) => {
      try {
        for (const line of lines.push(chunk)) take(line);
      } catch (error) {
        reject(error instanceof ConfigurationError ? error : strange(address, error));
        socket.destroy();
      }
    });
    // What is under way fails when the socket closes, which follows.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      const message = `The host at ${address} closed the connection: it ends, or too many are connected. Try again.`;
      reject(new TransientError(message, { code: 'CONTROL_LOST' }));
    });
    socket.write(`${JSON.stringify(hello())}\n`);
  });
}

function checkHello(said: Partial<ControlHello> & Partial<ControlReply>, address: string): void {
  if ('error' in said && said.error !== undefined) throw fromControlFailure(said.error);
  if (said.protocol === 'dest-control' && said.version === CONTROL_VERSION) return;
  if (said.protocol !== 'dest-control') throw strange(address);
  throw new ConfigurationError(
    `The host at ${address} speaks version ${said.version} of the control protocol, this command version ${CONTROL_VERSION}. ` +
      'Use the dest command of the version that the host is.',
    { code: 'CONTROL_VERSION_UNSUPPORTED' },
  );
}

function strange(address: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError(
    `What answers at ${address} is no host of Dest. Name another control.path in the configuration.`,
    { code: 'CONTROL_VERSION_UNSUPPORTED', cause },
  );
}
