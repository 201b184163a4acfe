import { lintShellScript, readsParameters } from './lint-script.ts';

test.each([
  'if [[ -f /x ]]; then :; fi',
  'if [ "$a" == b ]; then :; fi',
  'function f { :; }',
  'cat <<< "$x"',
  'diff <(a) <(b)',
  'a &> /dev/null',
  "printf $'a\\n'",
  '(( a > 1 ))',
  'echo "${a/b/c}"',
  'echo ${a:0:3}',
  'list=(a b)',
  'a+=b',
  'source /etc/os-release',
  'f() { local a; }',
  'if true; then which nft; fi',
  'echo -e "a\\tb"',
  'set -o pipefail',
  'read -p x a',
  'for i in {1..5}; do :; done',
  '#!/bin/bash',
  'a\r',
])('is not POSIX: %s', (script) => {
  expect(lintShellScript(script)).not.toEqual([]);
});

test.each([
  'if [ "$a" = b ]; then :; fi',
  "grep '[[:space:]]*x' file",
  'grep "^[[:space:]]" file',
  "awk '{ n += 1; a[$1] == 2 }' file",
  'echo $((a + 1))',
  'echo "${a%/}" "${a#*/}" "${a:-x}" "${a:+y}"',
  'command -v nft >/dev/null 2>&1',
  'while read -r a; do :; done',
  '# [[ which local ]] in a comment',
  'echo "an account which has uid 0"',
  "cat <<'END'\n[[ x ]] += which\nEND",
  'f() { a=1; }',
])('is POSIX: %s', (script) => {
  expect(lintShellScript(script)).toEqual([]);
});

test('a problem is at its own line, after quoted lines and here-documents', () => {
  const script = "awk '\n[[\n' file\ncat <<END\nx\nEND\nif [[ a ]]; then :; fi\n";
  expect(lintShellScript(script).map(({ line }) => line)).toEqual([6]);
});

test('the parameters a script reads are found in both forms', () => {
  expect(readsParameters('echo "$P_LEVEL" ${P_ALLOW_TCP:-} $PATH $XP_NO')).toEqual(
    new Set(['level', 'allow_tcp']),
  );
});
