import type { StoredObject } from '../domain/retention/stored-object.ts';
import { ObjectStoreError } from './object-store-error.ts';

/** @throws ObjectStoreError locked unless the object's retention is over at `now` and no hold is on it */
export function refuseRemoval({ key, legalHold, retainUntil }: StoredObject, now: Date): void {
  if (legalHold) throw new ObjectStoreError('locked', `${key} has a legal hold`);
  if (retainUntil === undefined) {
    throw new ObjectStoreError('locked', `${key} has no retention that could be over`, {
      nextStep: 'Find out who stored it, then remove it by hand.',
    });
  }
  if (now.getTime() <= Date.parse(retainUntil)) {
    throw new ObjectStoreError('locked', `${key} is kept until ${retainUntil}`);
  }
}
