import type { Logger } from '@dest/core';
import { unattributedLogger } from '../containment/host-services';
import { redactValue } from './redact-value';
import type { Redact } from './redactor';

/** A logger that is handed messages and fields with the secrets taken out. What it starts is never a plugin's. */
export function redactingLogger(logger: Logger, redact: Redact): Logger {
  const at =
    (level: keyof Logger): Logger['info'] =>
    (message, fields) => {
      const text = redactValue(message, redact) as string;
      if (fields === undefined) logger[level](text);
      else logger[level](text, redactValue(fields, redact) as Readonly<Record<string, unknown>>);
    };
  return unattributedLogger({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
}
