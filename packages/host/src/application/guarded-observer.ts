import { messageOf, type Logger } from '@dest/core';
import type { DeliveryObserver } from '../delivery/lane-status';
import { guard } from './guard';

/** An observer of the application that harms nobody when it throws. */
export function guardedObserver(observer: DeliveryObserver, logger: Logger): DeliveryObserver {
  return {
    settled: (settlement, settledAt) =>
      guard(
        () => observer.settled(settlement, settledAt),
        (error) =>
          logger.error(`The host's observer throws: ${messageOf(error)}`, {
            destination: settlement.delivery.lane.destination,
          }),
      ),
  };
}
