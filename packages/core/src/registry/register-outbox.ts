import type { OutboxSettings } from '../model/outbox-settings';
import type { Outbox } from '../ports/outbox';
import { registerAs, type RegisteringDecorator } from './register-as';
import type { CommonRegistrationOptions } from './registration';

/**
 * Registers a class as an outbox: like `RegisterDestination`, in the same three ways. The constructor receives debug,
 * resource and outbox, then what `inject` lists.
 */
export function RegisterOutbox<Credentials, Init>(
  options: CommonRegistrationOptions<Credentials, Init>,
): RegisteringDecorator<Credentials, OutboxSettings<Init>, Outbox> {
  return (target) => registerAs('outbox', options, target);
}
