import 'reflect-metadata';

export { LocalConnections } from './connections/local-connections';
export type { BatchContext, BatchItem, ItemResult } from './contract/batch';
export type { CheckResult, CheckStep } from './contract/check-result';
export { DestinationInterface } from './contract/destination-interface';
export type { DispatchContext } from './contract/dispatch-context';
export { IntakeInterface } from './contract/intake-interface';
export type { LifecycleContext } from './contract/lifecycle-context';
export { OutboxInterface } from './contract/outbox-interface';
export { ConfigurationError } from './errors/configuration-error';
export { DestError } from './errors/dest-error';
export type { FailureRetry, FailureScope } from './errors/dest-error';
export { failureOf, messageOf } from './errors/failure';
export type { Failure, FailureCause } from './errors/failure';
export { PermanentError } from './errors/permanent-error';
export { PluginError } from './errors/plugin-error';
export { TransientError } from './errors/transient-error';
export type { CompileWarning } from './expressions/compile-warning';
export { compileCondition } from './expressions/conditions/compile-condition';
export type { CompiledCondition } from './expressions/conditions/compiled-condition';
export { ConditionError } from './expressions/conditions/condition-error';
export type { ExplainNode, ExplainOperand } from './expressions/conditions/explain-node';
export { parseCondition } from './expressions/conditions/parse-condition';
export type { ConditionOptions } from './expressions/conditions/parse-condition';
export { printCondition } from './expressions/conditions/print-condition';
export type { ConditionTree } from './expressions/conditions/tree';
export type { Diagnostic, EvaluationOptions } from './expressions/diagnostic';
export { compileMapping } from './expressions/mappings/compile-mapping';
export type { MappingOptions } from './expressions/mappings/compile-mapping';
export type { CompiledMapping, MappingRun } from './expressions/mappings/compiled-mapping';
export { explainYamlSlip } from './expressions/mappings/yaml-slip';
export { MappingError } from './expressions/mappings/mapping-error';
export { compileReference } from './expressions/references/compile-reference';
export type { CompiledReference } from './expressions/references/compile-reference';
export type { Scope } from './expressions/scope';
export { createHttp } from './http/create-http';
export { sendBy } from './http/send-by-fetch';
export { parseRetryAfter } from './http/parse-retry-after';
export type { PolicedHttp } from './http/create-http';
export type { NetworkPolicy } from './http/network-policy';
export { inject } from './injection/inject';
export {
  CLOCK,
  CONNECTIONS,
  DEBUG,
  DESTINATION,
  FILES,
  HTTP,
  INTAKE,
  LOGGER,
  METRICS,
  OAUTH2,
  OUTBOX,
  RESOURCE,
} from './injection/tokens';
export type { Token } from './injection/tokens';
export { deepFreeze } from './json/deep-freeze';
export { countPlainMembers } from './json/count-plain-members';
export { toJson } from './json/to-json';
export type { InstalledPackage } from './loader/find-package';
export { findPackage } from './loader/find-package';
export { isInRange } from './loader/is-in-range';
export { readPackageManifest } from './loader/package-manifest';
export type { PackageManifest } from './loader/package-manifest';
export { readPluginSpecification } from './loader/plugin-specification';
export type { PluginSpecification } from './loader/plugin-specification';
export { checkDeclaration } from './manifest/check-declaration';
export type { FormComponent, FormField } from './manifest/derive-form';
export { describeType } from './manifest/describe-type';
export { inspectPackage, inspectPlugin } from './manifest/inspect-plugin';
export type { InspectedPlugin } from './manifest/inspect-plugin';
export { makeManifest } from './manifest/make-manifest';
export { manifestDifferences } from './manifest/manifest-differences';
export { pluginManifestSchema } from './manifest/manifest-schema';
export { MANIFEST_FILE } from './manifest/plugin-manifest';
export type { ManifestType, PluginDeclaration, PluginManifest, TypeCapabilities } from './manifest/plugin-manifest';
export type { PluginWarning } from './manifest/plugin-warning';
export { readDeclaration } from './manifest/read-declaration';
export type { ReadDeclaration } from './manifest/read-declaration';
export { readPluginManifest } from './manifest/read-plugin-manifest';
export { defaultDelivery } from './model/default-delivery';
export type { DeliveryOptions, Destination } from './model/destination';
export type { Envelope } from './model/envelope';
export type { Event } from './model/event';
export type { IntakeSettings } from './model/intake-settings';
export type { Data, JsonObject, JsonValue } from './model/json';
export type { OutboxSettings } from './model/outbox-settings';
export type { Profile } from './model/profile';
export type { Resource, ResourceCredentials } from './model/resource';
export type { Session } from './model/session';
export { systemClock } from './ports/clock';
export type { Clock } from './ports/clock';
export type { ConnectionKey, ConnectionLease, Connections } from './ports/connections';
export type { Files } from './ports/files';
export type { Http, HttpAnswer, HttpExchange, HttpRequest } from './ports/http';
export type { Accept, Intake, IntakeContext, IntakeMessage, IntakeReceipt } from './ports/intake';
export { noopLogger } from './ports/logger';
export type { Logger } from './ports/logger';
export { noopMetrics } from './ports/metrics';
export type { MetricLabels, Metrics } from './ports/metrics';
export type { OAuth2, OAuth2Client, OAuth2Provider, OAuth2Settings } from './ports/oauth2';
export type {
  AcceptedEnvelope,
  AppendReceipt,
  DeadLetter,
  DeadLetterFilter,
  DeliveryOutcome,
  FailedTry,
  ForgetReceipt,
  LaneIdentity,
  LaneLimit,
  LaneSize,
  LoadedDeadLetter,
  LoadedDelivery,
  NewDelivery,
  Outbox,
  OutboxListener,
  OutboxReport,
  ReadOptions,
  ReplayReceipt,
  Settlement,
  StoredDelivery,
} from './ports/outbox';
export { coreVersion } from './registry/core-version';
export { DestinationRegistry } from './registry/destination-registry';
export type { DestinationRegistryOptions } from './registry/destination-registry';
export type { CreateIntakeOptions, CreateOptions, CreateOutboxOptions } from './registry/instance-subject';
export type { PluginKind } from './registry/plugin-kind';
export type { InstanceIssue, InstanceSettings } from './registry/prepare-instance';
export type { RegisteredType } from './registry/read-registration';
export { RegisterDestination } from './registry/register-destination';
export type { DestinationClass, DispatchMethods } from './registry/register-destination';
export { RegisterIntake } from './registry/register-intake';
export { RegisterOutbox } from './registry/register-outbox';
export type { Bindings, CommonRegistrationOptions, RegistrationOptions } from './registry/registration';
export { compileDestination } from './router/compiled-destination';
export type { CompilationIssue, CompilationResult, CompiledDestination } from './router/compiled-destination';
export { Router } from './router/router';
export type { Decision, RouteOptions, Selection, SkipReason } from './router/router';
export { scopeOf } from './router/scope-of';
export { compileSchema } from './schema/compile-schema';
export type { ValidationOptions, ValidationResult, Validator } from './schema/compile-schema';
export { defineSchema } from './schema/define-schema';
export type { Schema, TypeOf } from './schema/define-schema';
export { oauth2 } from './schema/oauth2';
export type { OAuth2Fields, OAuth2Grant, OAuth2Options } from './schema/oauth2';
export { parseDuration } from './schema/parse-duration';
export { dottedPath } from './schema/schema-issue';
export type { SchemaIssue } from './schema/schema-issue';
export { isSecret } from './schema/secret-paths';
