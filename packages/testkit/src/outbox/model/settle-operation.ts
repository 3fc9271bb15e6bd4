import type { DeliveryOutcome, Settlement, StoredDelivery } from '@dest/core';
import { failureOfCode } from '../samples';
import { asStored, CODES, type ModelDelivery } from './model-state';
import type { ModelRun, Operation } from './operation';

/** Settles some of what waits, now and then together with what is gone. */
export function chooseSettle(run: ModelRun): Operation {
  const { random, state, trial, settling } = run;
  const settlements: Settlement[] = [];
  const waiting = [...state.live, ...state.replays].filter(({ id = '' }) => !settling.has(id));
  for (const delivery of random.some(waiting, Math.min(60, 200 / Math.max(1, waiting.length)))) {
    settling.add(delivery.id ?? '');
    const stored = asStored(delivery);
    settlements.push(chooseSettlement(run, random.chance(90) ? { ...stored, tries: stored.tries + 1 } : stored));
  }
  const late = random.chance(20) ? random.pick(state.gone) : undefined;
  if (late !== undefined && !settling.has(late.id)) settlements.push(chooseSettlement(run, late));
  return {
    what: `settle ${settlements.map(({ delivery, outcome }) => `${delivery.id} ${outcome.status}`).join(', ') || 'nothing'}`,
    call: async () => {
      await trial.outbox.settle(settlements);
      return () => settlements.forEach((settlement) => applySettlement(run, settlement));
    },
  };
}

function chooseSettlement({ random, trial }: ModelRun, delivery: StoredDelivery): Settlement {
  const version = random.chance(50) ? { pluginVersion: '1.2.3' } : {};
  return { delivery, outcome: chooseOutcome(random.below(3), delivery), settledAt: trial.now, ...version };

  function chooseOutcome(kind: number, { attempts }: StoredDelivery): DeliveryOutcome {
    if (kind === 0) return { status: 'delivered' };
    const failure = failureOfCode(random.pick(CODES));
    if (kind === 1) return { status: 'failed', failure };
    return { status: 'retry', dueAt: trial.now + 1 + random.below(20), attempts: attempts + random.below(2), failure };
  }
}

function applySettlement({ state }: ModelRun, { delivery, outcome, settledAt, pluginVersion }: Settlement): void {
  const held = state.find(delivery.id);
  if (held === undefined || held.envelope.number !== delivery.envelope) return;
  if (outcome.status === 'delivered') return state.remove(held);
  const { code, message } = outcome.failure;
  const tried = delivery.tries > held.tries;
  const history = tried ? [...held.history, { at: settledAt, code, message }].slice(-20) : held.history;
  const after: ModelDelivery = { ...held, tries: delivery.tries, history };
  if (outcome.status === 'retry') {
    const { attempts, dueAt } = outcome;
    return state.replace(held, { ...after, attempts, dueAt, scheduledAt: settledAt });
  }
  const { lane, envelope, kind, key, changes, tries } = after;
  state.letters.push({
    lane,
    envelope,
    kind,
    ...(key === undefined ? {} : { key }),
    ...(changes === undefined ? {} : { changes }),
    failedAt: settledAt,
    failure: outcome.failure,
    history,
    tries,
    ...(pluginVersion === undefined ? {} : { pluginVersion }),
  });
  state.remove(held);
}
