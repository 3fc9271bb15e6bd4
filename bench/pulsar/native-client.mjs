// Pulsar's native client, where it is installed: the package that @dest/pulsar loads.
import { createRequire } from 'node:module';
import { SkippedError } from '../support/skipped-error.mjs';

const require = createRequire(new URL('../../packages/destinations/pulsar/package.json', import.meta.url));

/** @throws SkippedError where it isn't there, or its binary isn't */
export function requireNativeClient() {
  try {
    return require('pulsar-client');
  } catch (error) {
    const [why] = error.message.split('\n');
    throw new SkippedError(
      `pulsar-client can't be loaded (${why}). Install it: npm install, with its scripts allowed.`,
    );
  }
}
