import type { ObjectStoreError } from '../../objects/object-store-error.ts';

/** What an object store's error says. */
export type StoreFailure = Pick<ObjectStoreError, 'code' | 'message' | 'nextStep'>;

/** The error where it is an object store's. By its name: this folder knows stores by their types only. */
export function storeFailure(error: unknown): StoreFailure | undefined {
  if (!(error instanceof Error) || error.name !== 'ObjectStoreError') return undefined;
  const { code, message, nextStep } = error as unknown as StoreFailure;
  return { code, message, nextStep };
}

/** Resolves to undefined where the work fails with one of `codes`. */
export async function unlessFailing<T>(
  codes: readonly ObjectStoreError['code'][],
  work: Promise<T>,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const failure = storeFailure(error);
    if (failure && codes.includes(failure.code)) return undefined;
    throw error;
  }
}
