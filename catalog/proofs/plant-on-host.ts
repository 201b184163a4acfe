/** Shell that brings the rules of the host's own file back. */
export const reloadRules = 'systemctl restart nftables';
/** Shell that brings the settings of the kernel back that the host starts with. */
export const kernelSettings = 'sysctl -qw net.ipv4.ip_forward=0; /lib/systemd/systemd-sysctl';
/** Shell that sets settings of the kernel, as `net.ipv4.ip_forward=1`. */
export const set = (...settings: string[]) => `sysctl -qw ${settings.join(' ')}`;
/** Shell that starts a service of that name, which does nothing. */
export const sleeper = (unit: string) => `
  printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/lib/systemd/system/${unit}.service
  systemctl daemon-reload; systemctl start ${unit}`;
/** Shell that removes the service again. */
export const awake = (unit: string) =>
  `systemctl stop ${unit}; rm /lib/systemd/system/${unit}.service; systemctl daemon-reload`;
/** Shell that has something listen on a TCP port of every address. */
export const listen = (
  port: number,
) => `set -e; systemd-run -q --unit=listener busybox nc -ll -p ${port} -e /bin/true
  tries=0; until ss -Hlnt | grep -q ':${port} '; do [ "$tries" -lt 200 ]; tries=$((tries + 1)); sleep 0.05; done`;
/** Shell that ends it. */
export const silence = 'systemctl stop listener';
