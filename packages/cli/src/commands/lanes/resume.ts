import { ConfigurationError } from '@dest/core';
import type { LaneStatus } from '@dest/host';
import type { CommandContext, GlobalOptions } from '../../command-context';
import { EXIT, type ExitCode } from '../../exit-codes';
import { withRunningHost } from '../../operator/with-host';

/** `dest lanes resume <destination>`: has a destination that is held back tried at once. */
export function resume(context: CommandContext, destination: string, options: GlobalOptions): Promise<ExitCode> {
  const { console } = context;
  return withRunningHost(context, options, async ({ control }) => {
    refuseInactive(await control.lanes(), destination);
    await control.resume(destination);
    if (options.json) await console.printJson({ resumed: destination });
    else await console.print(`${console.colors.green('✔')} ${destination} is tried now. dest lanes shows how it goes.`);
    return EXIT.done;
  });
}

/** What is switched off, or can't be made, isn't tried by asking for it. @throws ConfigurationError `LANE_NOT_ACTIVE` */
function refuseInactive(lanes: readonly LaneStatus[], destination: string): void {
  const inactive = lanes.find(
    (lane) => lane.destination === destination && (lane.state === 'disabled' || lane.state === 'unavailable'),
  );
  if (inactive === undefined) return;
  const { state, reason } = inactive;
  const why = reason === undefined ? '' : ` ${reason.code} ${reason.message}`;
  throw new ConfigurationError(
    `${destination} is ${state}, and not tried:${why} Mend that in the configuration, then run dest reload.`,
    { code: 'LANE_NOT_ACTIVE' },
  );
}
