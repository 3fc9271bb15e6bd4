import { ConfigurationError, messageOf } from '@dest/core';
import { chmodSync } from 'node:fs';
import { lstat, mkdir, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { checkSocketFolder } from './check-socket-folder';
import type { ControlAddress } from './control-address';
import { withLockFile } from '../files/with-lock-file';

/**
 * Has a server listen on an address that only the owner can reach. A socket that a killed process left behind is replaced.
 *
 * @throws ConfigurationError `CONTROL_IN_USE` where a process answers there, `CONTROL_NOT_A_SOCKET`, `CONTROL_FOLDER_UNSAFE`
 *   or `CONTROL_UNAVAILABLE`
 */
export async function bindSocket(server: Server, target: ControlAddress): Promise<void> {
  const { address, folder } = target;
  try {
    if (folder === undefined) return await listen(server, address);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await checkSocketFolder(target);
    // Two that start at a time would take one another's socket for the one that was left behind.
    await withLockFile(`${address}.lock`, async () => {
      await removeStale(address);
      await listen(server, address);
    });
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw inUse(address);
    throw new ConfigurationError(
      `The control socket ${address} can't be made: ${messageOf(error)}. Mend that, or name another control.path in the configuration.`,
      { code: 'CONTROL_UNAVAILABLE', cause: error },
    );
  }
}

/** The socket has its mode from the beginning: a moment later would be too late. */
async function listen(server: Server, address: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    const settle = (error?: Error): void => {
      server.off('error', settle);
      server.off('listening', settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    server.once('error', settle);
    server.once('listening', settle);
  });
  const restore = narrowUmask();
  try {
    server.listen(address);
  } finally {
    restore();
  }
  await listening;
  if (process.platform !== 'win32') chmodSync(address, 0o600);
}

function narrowUmask(): () => void {
  try {
    const before = process.umask(0o177);
    return () => void process.umask(before);
  } catch {
    // Worker threads can't; the folder, and the mode that is set next, keep others out.
    return () => undefined;
  }
}

async function removeStale(address: string): Promise<void> {
  let found;
  try {
    found = await lstat(address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (!found.isSocket()) {
    throw new ConfigurationError(
      `${address} is there and is no socket. Remove it, or name another control.path in the configuration.`,
      { code: 'CONTROL_NOT_A_SOCKET' },
    );
  }
  if (await answers(address)) throw inUse(address);
  await unlink(address);
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });
}

function inUse(address: string): ConfigurationError {
  return new ConfigurationError(
    `A host answers on the control socket ${address} already. End it first, or name another control.path in the configuration.`,
    { code: 'CONTROL_IN_USE' },
  );
}
