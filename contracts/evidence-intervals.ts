/** Between an appliance's heartbeats, and between fetches of what it signed. */
export const heartbeatSeconds = 300;
