import type { BatchItem, Data, DestinationInterface, JsonValue } from '@dest/core';
import { aBatchItem } from '../builders/a-batch-item';
import type { AnyContext } from '../builders/a-context';
import { anEvent } from '../builders/an-event';
import { aProfile } from '../builders/a-profile';
import { aSession } from '../builders/a-session';
import type { Subject } from './destination-case';
import { kindsOf, type Kind } from './inability';

/** One delivery of a case. */
export interface Delivery {
  /** Default: an event, where the destination takes any. */
  readonly kind?: Kind;
  /** What the payload holds. Default: an object with a text that is like no other. */
  readonly content?: JsonValue;
  /** Of the envelope. Default: like no other. */
  readonly id?: string;
  readonly attempt?: number;
  /** The profile's id, which orders it. Default: like no other. */
  readonly key?: string;
  /** True for nothing but the event, or the profile. */
  readonly bare?: boolean;
}

/** A delivery as a call of the method that takes one. */
export interface SingleCall {
  readonly method: string;
  on(instance: DestinationInterface, context: AnyContext): Promise<void>;
}

/** Makes what is handed to a destination. */
export class Deliveries {
  readonly #subject: Subject;
  #count = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** The payload that holds a content. */
  data(content: JsonValue): Data {
    return this.#subject.kit.data === undefined ? content : this.#subject.kit.data(content);
  }

  /** A content that is like no other. */
  content(): { readonly text: string } {
    return { text: `delivery ${++this.#count}` };
  }

  item(delivery: Delivery): BatchItem {
    const { kind = this.#kind(), content = this.content(), bare = false, attempt = 1 } = delivery;
    const number = ++this.#count;
    const { id = `envelope-${number}`, key = `profile-${number}` } = delivery;
    const { json } = aBatchItem(this.data(content));
    // A copy, as the mapping's result is: whoever changes it changes nothing of the case.
    const data = JSON.parse(json) as Data;
    const withProfile = kind === 'profile' || !bare;
    return {
      data,
      json,
      kind,
      attempt,
      possiblyDelivered: attempt > 1,
      idempotencyKey: `${id}:destination-1`,
      ...(kind === 'event' ? { event: anEvent({ id }) } : {}),
      ...(withProfile ? { profile: aProfile({ id: key }), key } : {}),
      ...(bare ? {} : { session: aSession() }),
    };
  }

  call(delivery: Delivery): SingleCall {
    const item = this.item(delivery);
    const { kind, data, event = anEvent(), profile, session, attempt, possiblyDelivered, idempotencyKey } = item;
    const contextOf = (context: AnyContext): AnyContext => ({ ...context, attempt, possiblyDelivered, idempotencyKey });
    return kind === 'event'
      ? {
          method: 'dispatchEvent()',
          on: (instance, context) => instance.dispatchEvent(data, profile, session, event, contextOf(context)),
        }
      : {
          method: 'dispatchProfile()',
          on: (instance, context) => instance.dispatchProfile(data, profile ?? aProfile(), session, contextOf(context)),
        };
  }

  #kind(): Kind {
    return kindsOf(this.#subject)[0] ?? 'profile';
  }
}
