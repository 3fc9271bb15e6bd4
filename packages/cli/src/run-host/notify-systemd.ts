import { messageOf } from '@dest/core';
import { spawn } from 'node:child_process';

/**
 * Tells systemd how the service is doing, where that asks for it (`Type=notify`, `NotifyAccess=all`); elsewhere does nothing.
 *
 * @param state - such as `READY=1`
 * @param onFailure - is told what kept it from being told
 */
export function notifySystemd(
  state: string,
  environment: Readonly<Record<string, string | undefined>>,
  onFailure: (message: string) => void,
): void {
  const { NOTIFY_SOCKET } = environment;
  if (NOTIFY_SOCKET === undefined) return;
  // Node.js has no datagram sockets of this kind, and systemd brings a command for it.
  try {
    const child = spawn('systemd-notify', [`--pid=${process.pid}`, state], {
      env: { ...environment },
      stdio: 'ignore',
    });
    child.on('error', (error) => onFailure(error.message));
    child.on('exit', (code) => {
      if (code !== 0) onFailure(`systemd-notify ended with ${String(code)}`);
    });
  } catch (error) {
    onFailure(messageOf(error));
  }
}
