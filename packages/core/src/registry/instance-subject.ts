import type { Destination } from '../model/destination';
import type { IntakeSettings } from '../model/intake-settings';
import type { OutboxSettings } from '../model/outbox-settings';
import type { Resource } from '../model/resource';
import type { PluginKind } from './plugin-kind';
import type { InstanceSettings } from './prepare-instance';

interface CreateCommon {
  readonly debug: boolean;
  /** Absent where none is named. */
  readonly resource?: Resource | undefined;
}

/** What an instance of a destination is made from. */
export interface CreateOptions extends CreateCommon {
  readonly destination: Destination;
}

/** What an instance of an intake is made from. */
export interface CreateIntakeOptions extends CreateCommon {
  readonly intake: IntakeSettings;
}

/** What an instance of an outbox is made from. */
export interface CreateOutboxOptions extends CreateCommon {
  readonly outbox: OutboxSettings;
}

/** What an instance of any kind is made from. */
export interface InstanceSubject extends CreateCommon {
  readonly kind: PluginKind;
  /** What messages call it. */
  readonly name: string;
  readonly settings: InstanceSettings;
  /** Of a constructor that throws something without a code. */
  readonly failureCode: string;
}

export function destinationSubject({ destination: settings, ...rest }: CreateOptions): InstanceSubject {
  const name = `Destination ${settings.id}`;
  const failureCode = 'DESTINATION_CONSTRUCTOR_FAILED';
  return { ...rest, kind: 'destination', name, settings, failureCode };
}

export function intakeSubject({ intake: settings, ...rest }: CreateIntakeOptions): InstanceSubject {
  const name = `Intake ${settings.id}`;
  return { ...rest, kind: 'intake', name, settings, failureCode: 'INTAKE_CONSTRUCTOR_FAILED' };
}

export function outboxSubject({ outbox: settings, ...rest }: CreateOutboxOptions): InstanceSubject {
  return { ...rest, kind: 'outbox', name: 'Outbox', settings, failureCode: 'OUTBOX_CONSTRUCTOR_FAILED' };
}
