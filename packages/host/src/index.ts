export type { Application, ConfiguredDestination, ConfiguredIntake, PluginStatus } from './application/application';
export { describePlugins } from './application/describe-plugins';
export type { DescribedPlugins, DescribePluginsOptions, PluginDescription } from './application/describe-plugins';
export { inspectApplication, loadApplication } from './application/load-application';
export type { LoadApplicationOptions, LoadedApplication } from './application/load-application';
export { configurationTestIssues } from './application/configuration-test-issues';
export type { Difference } from './application/differences';
export { redactingLogger } from './application/redacting-logger';
export { redactValue } from './application/redact-value';
export { runConfigurationTests } from './application/run-configuration-tests';
export type { ConfigurationTestResult } from './application/run-configuration-tests';
export type { Configuration, ConfigurationTest } from './configuration/configuration';
export { describeConfigurationIssue, InvalidConfigurationError } from './configuration/configuration-issue';
export type { ConfigurationIssue } from './configuration/configuration-issue';
export { configurationSchema } from './configuration/configuration-schema';
export { DURATION_PATTERN } from './configuration/units';
export { recordPlugin } from './configuration/record-plugin';
export type { RecordedPlugin, RecordedText } from './configuration/record-plugin';
export { attributedTo, runAttributed } from './containment/attribution';
export type { FaultTaker, Owner, UncaughtFault } from './containment/plugin-fault';
export { containFaults } from './containment/plugin-fault-handler';
export { PluginFolders } from './containment/plugin-folders';
export type { PluginsOfApplication } from './containment/plugin-folders';
export { connectControl } from './control/connect-control';
export type { ConnectControlOptions } from './control/connect-control';
export { DEFAULT_CONTROL_PATH, isReplacedControlPath } from './control/control-address';
export type { ControlClient } from './control/control-client';
export type { ControlPing } from './control/control-protocol';
export { startControlServer } from './control/control-server';
export type { ControlServer, ControlServerOptions } from './control/control-server';
export type {
  DeadLetterPage,
  DestinationForgetting,
  ForgetReport,
  HostControl,
  ReloadChanges,
  ReloadReport,
} from './control/host-control';
export { locateControl } from './control/locate-control';
export { checkDestination } from './delivery/check-destination';
export type { CheckOptions, DestinationCheck } from './delivery/check-destination';
export type { InstanceCheck } from './delivery/check-instance';
export type { BreakerState, DeliveryObserver, LaneState, LaneStatus, ObservedSettlement } from './delivery/lane-status';
export { acceptEnvelope } from './envelope/accept-envelope';
export type { ValidEnvelope } from './envelope/accept-envelope';
export { checkProfileId } from './forget-person';
export type { DispatchOptions } from './dispatch-envelope';
export { Host } from './host';
export type { DrainOptions } from './host';
export { checkIntake } from './intakes/check-intake';
export type { IntakeCheck } from './intakes/check-intake';
export type { IntakeState, IntakeStatus } from './intakes/intake-status';
export { MemoryOutbox } from './outbox/memory-outbox';
export type { MemoryOutboxOptions } from './outbox/memory-outbox';
export type { Receipt } from './receipt';
export { startHost } from './start-host';
export type { StartHostOptions } from './start-host';
