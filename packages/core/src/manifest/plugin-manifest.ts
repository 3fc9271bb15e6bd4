import type { PluginKind } from '../registry/plugin-kind';
import type { FormField } from './derive-form';

/** The file in a plugin package's folder that describes it without running its code. */
export const MANIFEST_FILE = 'dest.manifest.json';

/** The version of the manifest's format that this core writes and reads. */
export const MANIFEST_VERSION = 1;

/** What a type can do, as its class says. Of intakes and outboxes, all but `check` are false. */
export interface TypeCapabilities {
  /** It takes several deliveries in one call: `dispatchBatch`. */
  readonly batches: boolean;
  /** Its batches keep the items' order: `orderedBatches`. */
  readonly orderedBatches: boolean;
  /** It can tell whether the other side is there: `check`. */
  readonly check: boolean;
  /** It can erase a person at the other side: `forgetProfile`. */
  readonly forgetProfile: boolean;
}

/** One type that a plugin registers. */
export interface ManifestType {
  readonly kind: PluginKind;
  /** What the `package` of a configured destination, intake or outbox says. */
  readonly package: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** What a missing value becomes in mappings for this type. */
  readonly missing: 'null' | 'omit';
  readonly capabilities: TypeCapabilities;
  /** JSON Schemas (draft 7) of credentials and init. */
  readonly schemas: { readonly credentials: object; readonly init: object };
  /** The forms that are derived from the schemas. */
  readonly forms: { readonly credentials: readonly FormField[]; readonly init: readonly FormField[] };
}

/** What a plugin's package.json declares of itself under `dest`. */
export interface PluginDeclaration {
  /** Hosts it talks to, such as `*.example.com`, or the setting that names one: `{credentials.host}`. Absent: it doesn't say. */
  readonly hosts?: readonly string[];
  /** Packages with native code that it uses. */
  readonly native: readonly string[];
}

/** What `dest.manifest.json` holds. */
export interface PluginManifest extends PluginDeclaration {
  readonly manifest: typeof MANIFEST_VERSION;
  readonly package: string;
  readonly version: string;
  readonly description: string;
  /** The version of the plugin contract that it follows. */
  readonly api: number;
  /** Ranges that the package asks for; absent where it asks for none. */
  readonly requires: { readonly node?: string; readonly core?: string };
  readonly types: readonly ManifestType[];
}
