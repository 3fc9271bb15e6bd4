import { messageOf, type Logger } from '@dest/core';
import { guard } from './guard';

/** A logger of the application that harms nobody when it throws: the first time is told as a warning of the process. */
export function guardedLogger(logger: Logger): Logger {
  let isKnown = false;
  const onError = (error: unknown): void => {
    if (!isKnown) process.emitWarning(`The host's logger throws: ${messageOf(error)}.`, 'DestWarning');
    isKnown = true;
  };
  const at =
    (level: keyof Logger): Logger['info'] =>
    (...line) =>
      guard(() => logger[level](...line), onError);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
