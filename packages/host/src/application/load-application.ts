import {
  createHttp,
  DestinationRegistry,
  failureOf,
  LocalConnections,
  noopLogger,
  Router,
  systemClock,
  type Bindings,
  type Clock,
  type Logger,
  type Metrics,
  type PolicedHttp,
} from '@dest/core';
import type { Configuration } from '../configuration/configuration';
import { InvalidConfigurationError, type ConfigurationIssue } from '../configuration/configuration-issue';
import { readConfiguration, type ReadConfigurationOptions } from '../configuration/read-configuration';
import { attributedConnections, unattributedHttp } from '../containment/host-services';
import type { FaultTaker } from '../containment/plugin-fault';
import { HostOAuth2 } from '../oauth2/host-oauth2';
import { UnwrittenTokens } from '../oauth2/unwritten-tokens';
import type { Application, ConfiguredDestination } from './application';
import { compileConfigured } from './compile-configured';
import { FetchedSecrets } from './fetched-secrets';
import { inspectInstances } from './inspect-instances';
import { loadPlugins } from './load-plugins';
import { redactingLogger } from './redacting-logger';
import { redactingMetrics } from './redacting-metrics';
import { redactor, type Redact } from './redactor';
import { rootedFiles } from './rooted-files';
import { secretValues } from './secret-values';

export interface LoadApplicationOptions extends ReadConfigurationOptions {
  /** Destination classes of the application itself, beside the configuration's plugins. */
  readonly register?: readonly object[];
  /** Further values that constructors of destinations may ask for, by token. */
  readonly bindings?: Bindings;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  /** Is told of what plugins throw outside of any call. */
  readonly faults?: FaultTaker;
}

/** The outcome of loading: an application, or what keeps the whole configuration from being used. */
export type LoadedApplication =
  | { readonly application: Application; readonly issues: readonly ConfigurationIssue[]; readonly name: string }
  | { readonly application?: never; readonly issues: readonly ConfigurationIssue[]; readonly name: string };

/**
 * Reads a configuration, loads its plugins, compiles its destinations. A plugin, destination or intake that can't be used is
 * an issue and leaves the others working; a configuration that is wrong as a whole gives no application. A condition or
 * mapping that is wrong is the whole's fault, since what would be lost or misdirected can't be told.
 *
 * @param before - the one that it is to replace: what was fetched goes on to it
 */
export async function inspectApplication(
  options: LoadApplicationOptions,
  before?: Pick<Application, 'fetchedSecrets' | 'unwrittenTokens'>,
): Promise<LoadedApplication> {
  const { configuration, issues, place: placeOnly, name } = await readConfiguration(options);
  if (configuration === undefined) return { issues, name };
  const { clock = systemClock } = options;
  const { fetchedSecrets, unwrittenTokens } = before ?? {
    fetchedSecrets: new FetchedSecrets(),
    unwrittenTokens: new UnwrittenTokens(),
  };
  let redactNow: Redact = (text) => text;
  const redact: Redact = (text) => fetchedSecrets.redact(redactNow(text));
  // Plugins, and what they throw, come up in messages.
  const place = (issue: ConfigurationIssue): ConfigurationIssue =>
    placeOnly({ ...issue, message: redact(issue.message) });
  let http: PolicedHttp;
  try {
    http = createHttp(configuration.network);
  } catch (error) {
    const { code, message } = failureOf(error);
    return { issues: [...issues, place({ code, path: '/network/allow', message, severity: 'error' })], name };
  }
  const logger = options.logger === undefined ? noopLogger : redactingLogger(options.logger, redact);
  const { path: folder } = configuration.tokens;
  const { learn } = fetchedSecrets;
  const oauth2 = new HostOAuth2({ folder, unwritten: unwrittenTokens, http, clock, logger, learn });
  const newRegistry = (): DestinationRegistry =>
    createRegistry(configuration, { ...options, logger, clock }, { http, oauth2, redact });
  const registry = newRegistry();
  for (const target of options.register ?? []) registry.register(target);
  redactNow = redactor(secretValues(configuration, registry));
  const plugins = await loadPlugins({
    configuration,
    registry,
    trialRegistry: newRegistry,
    place,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  // Now it is known what their schemas mark.
  redactNow = redactor(secretValues(configuration, registry));
  const compiled = compileConfigured(configuration, registry, place);
  const inspected = inspectInstances(configuration, registry, plugins, place);
  const found: ConfigurationIssue[] = [
    ...issues,
    ...plugins.flatMap(({ issue, warnings }) => issue ?? warnings),
    ...compiled.issues,
    ...uniqueIssues([
      ...inspected.outbox,
      ...[...inspected.destinations.values()].flat(),
      ...inspected.intakes.flatMap((intake) => intake.issues),
    ]),
  ];
  const resources = new Map(configuration.resources.map((resource) => [resource.id, resource]));
  const destinations = compiled.destinations.map((each): ConfiguredDestination => {
    const resource = resources.get(each.destination.resource?.id ?? '');
    const own = inspected.destinations.get(each.destination.id) ?? [];
    return { compiled: each, ...(resource === undefined ? {} : { resource }), issues: own };
  });
  if (compiled.issues.some(({ severity }) => severity === 'error')) {
    await http.close();
    return { issues: found, name };
  }
  const router = new Router(compiled.destinations);
  const close = async (): Promise<void> => {
    await oauth2.close();
    await http.close();
  };
  return {
    application: {
      name,
      configuration,
      registry,
      plugins,
      destinations,
      intakes: inspected.intakes,
      outboxIssues: inspected.outbox,
      router,
      issues: found,
      place,
      redact,
      fetchedSecrets,
      unwrittenTokens,
      close,
    },
    issues: found,
    name,
  };
}

/**
 * The same for those who can do nothing without an application.
 *
 * @throws InvalidConfigurationError with every issue
 */
export async function loadApplication(options: LoadApplicationOptions): Promise<Application> {
  const { application, issues, name } = await inspectApplication(options);
  if (application === undefined) {
    throw new InvalidConfigurationError(
      name,
      issues.filter(({ severity }) => severity === 'error'),
    );
  }
  return application;
}

function createRegistry(
  configuration: Configuration,
  { logger, metrics, clock, bindings }: LoadApplicationOptions & { readonly logger: Logger; readonly clock: Clock },
  { http, oauth2, redact }: { readonly http: PolicedHttp; readonly oauth2: HostOAuth2; readonly redact: Redact },
): DestinationRegistry {
  return new DestinationRegistry({
    from: configuration.folder,
    http: unattributedHttp(http),
    connections: attributedConnections(new LocalConnections()),
    files: rootedFiles(configuration.folder, configuration.roots),
    oauth2,
    logger,
    clock,
    ...(metrics === undefined ? {} : { metrics: redactingMetrics(metrics, redact) }),
    ...(bindings === undefined ? {} : { bindings }),
  });
}

/** What shares a resource shares what is wrong with it. */
function uniqueIssues(issues: readonly ConfigurationIssue[]): readonly ConfigurationIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue])).values()];
}
