import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Version of the broker; of `pulsar-broker` and of the bill of materials that keeps its dependencies together. */
export const PULSAR_VERSION = '4.0.7';

/** Everything this tool writes lies below: jars, and one folder for each broker. */
export const HOME = fileURLToPath(new URL('../../.pulsar', import.meta.url));

/** Where the jars of this version are kept. */
export const INSTALL_FOLDER = join(HOME, `broker-${PULSAR_VERSION}`);

/**
 * @param {string} name of a broker
 * @returns {{ folder: string, state: string, data: string, configuration: string, logging: string, log: string, tokens: string, certificates: string, passwords: string }}
 */
export function brokerPaths(name) {
  const folder = join(HOME, 'brokers', name);
  return {
    folder,
    state: join(folder, 'state.json'),
    data: join(folder, 'data'),
    configuration: join(folder, 'standalone.conf'),
    logging: join(folder, 'log4j2.xml'),
    log: join(folder, 'broker.log'),
    tokens: join(folder, 'tokens'),
    certificates: join(folder, 'certificates'),
    passwords: join(folder, 'passwords'),
  };
}
