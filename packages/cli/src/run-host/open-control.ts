import { startControlServer, type ControlServer, type Host, type HostControl } from '@dest/host';
import { resolve } from 'node:path';
import type { Reloader } from './reloader';

/** Makes a host reachable for `dest lanes` and the like. @param version - the command's @param startedAt - ms since the epoch */
export function openControl(
  host: Host,
  reloader: Reloader,
  { config, version, startedAt }: { readonly config: string; readonly version: string; readonly startedAt: number },
): Promise<ControlServer> {
  return startControlServer(reloadedBy(host, reloader), {
    path: host.application.configuration.control.path,
    identity: { version, configuration: resolve(config), startedAt },
    redact: (text) => host.redact(text),
  });
}

/** The host, which says as well when it is reloaded from elsewhere. */
function reloadedBy(host: Host, reloader: Reloader): HostControl {
  return {
    lanes: () => host.lanes(),
    resume: (destination) => host.resume(destination),
    moveLane: (lane, destination) => host.moveLane(lane, destination),
    dropLane: (lane) => host.dropLane(lane),
    listDeadLetters: (filter, page) => host.listDeadLetters(filter, page),
    countDeadLetters: (filter) => host.countDeadLetters(filter),
    showDeadLetter: (id) => host.showDeadLetter(id),
    dropDeadLetters: (filter) => host.dropDeadLetters(filter),
    replayDeadLetters: (filter) => host.replayDeadLetters(filter),
    forget: (profileId) => host.forget(profileId),
    countQuarantined: () => host.countQuarantined(),
    reload: () => reloader.reload('dest reload'),
  };
}
