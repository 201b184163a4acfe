/** Task queue of the reference's worker. */
export const referenceQueue = 'bench-reference';
