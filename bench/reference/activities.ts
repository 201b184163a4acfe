const nothing = async (): Promise<void> => undefined;

/** Activities that do nothing. */
export const emptySteps = {
  match: nothing,
  guard: nothing,
  remediate: nothing,
  verify: nothing,
  record: nothing,
};
export type EmptySteps = typeof emptySteps;
