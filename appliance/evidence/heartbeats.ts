/**
 * Has a heartbeat made now and every `everyMs` from then on. One that cannot be made is told and left out.
 * @returns what ends it
 */
export function startHeartbeats(
  beat: () => Promise<void>,
  everyMs: number,
  onFailure: (error: unknown) => void,
): () => void {
  let hasEnded = false;
  const once = (): void => {
    beat().catch((error: unknown) => {
      if (!hasEnded) onFailure(error);
    });
  };
  once();
  const timer = setInterval(once, everyMs);
  return () => {
    hasEnded = true;
    clearInterval(timer);
  };
}
