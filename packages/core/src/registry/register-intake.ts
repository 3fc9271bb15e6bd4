import type { IntakeSettings } from '../model/intake-settings';
import type { Intake } from '../ports/intake';
import { registerAs, type RegisteringDecorator } from './register-as';
import type { CommonRegistrationOptions } from './registration';

/**
 * Registers a class as an intake: like `RegisterDestination`, in the same three ways. The constructor receives debug,
 * resource and intake, then what `inject` lists.
 */
export function RegisterIntake<Credentials, Init>(
  options: CommonRegistrationOptions<Credentials, Init>,
): RegisteringDecorator<Credentials, IntakeSettings<Init>, Intake> {
  return (target) => registerAs('intake', options, target);
}
