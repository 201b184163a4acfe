/** Directories above which a drift may be planted without a trace. */
const usual = ['etc', 'var', 'usr', 'srv', 'root', 'boot'];

/**
 * Shell that runs `$PROBE` in a mount namespace of its own, after `$PLANTED` was run there: above the directories lie
 * layers that can be written to and are gone afterwards. Exits 99 where the drift could not be planted. Needs root.
 */
export const inLayers = (directories: readonly string[] = usual): string => `exec unshare --mount sh -euc '
  umask 022
  layers=/run/layers
  mkdir -p "$layers"
  mount -t tmpfs layers "$layers"
  for name in ${directories.join(' ')}; do
    mkdir -p "$layers/upper/$name" "$layers/work/$name"
    chmod --reference="/$name" "$layers/upper/$name"
    mount -t overlay overlay -o "lowerdir=/$name,upperdir=$layers/upper/$name,workdir=$layers/work/$name" "/$name"
  done
  eval "$PLANTED" >/dev/null 2>"$layers/said" || { cat "$layers/said" >&2; exit 99; }
  unset PLANTED
  exec sh -c "$PROBE"'`;

/** Shell that has a program fail from now on. */
export const broken = (program: string): string => `path=$(command -v ${program}); rm "$path"
  printf '#!/bin/sh\\nexit 9\\n' >"$path"; chmod +x "$path"`;
