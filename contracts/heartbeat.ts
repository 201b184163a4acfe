/** Activities that wait for others tell Temporal that they live, so that a killed worker's are run again within seconds. */
export const heartbeatTimeoutMs = 10_000;
export const heartbeatEveryMs = 2_000;
