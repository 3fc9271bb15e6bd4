import type { RegisteredType } from '../registry/read-registration';
import { deriveForm } from './derive-form';
import type { ManifestType, TypeCapabilities } from './plugin-manifest';

/** What a registered class says of itself, as plain JSON. */
export function describeType(registered: RegisteredType): ManifestType {
  const { kind, package: name, title, description, tags, missing, schemas } = registered;
  const { credentials, init } = schemas;
  return {
    kind,
    package: name,
    title,
    description,
    tags,
    missing,
    capabilities: capabilitiesOf(registered),
    schemas,
    forms: { credentials: deriveForm(credentials), init: deriveForm(init) },
  };
}

function capabilitiesOf({ kind, orderedBatches, class: target }: RegisteredType): TypeCapabilities {
  const has = (method: string): boolean => hasMethod(target, method);
  const isDestination = kind === 'destination';
  return {
    batches: isDestination && has('dispatchBatch'),
    orderedBatches: isDestination && orderedBatches,
    check: has('check'),
    forgetProfile: isDestination && has('forgetProfile'),
  };
}

/** A class may have anything on its prototype, a getter that throws too. */
function hasMethod(target: RegisteredType['class'], method: string): boolean {
  try {
    return typeof (target.prototype as Readonly<Record<string, unknown>>)[method] === 'function';
  } catch {
    return false;
  }
}
