// Command oracle judges evidence with other people's libraries. It reads one JSON request per line and answers each with
// one line: {"ok":…} or {"error":…}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

type request struct {
	Command string          `json:"command"`
	Input   json.RawMessage `json:"input"`
}

var commands = map[string]func(json.RawMessage) (any, error){
	"openNote":      openNote,
	"signNote":      signNote,
	"merkle":        merkle,
	"checkProofs":   checkProofs,
	"tiles":         tiles,
	"readTiles":     readTiles,
	"openBundle":    openBundle,
	"signBundle":    signBundle,
	"canonicalJson": canonicalJSON,
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := answers.Encode(answer(lines.Bytes())); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer(line []byte) map[string]any {
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return map[string]any{"error": err.Error()}
	}
	run := commands[r.Command]
	if run == nil {
		return map[string]any{"error": "no command " + r.Command}
	}
	result, err := run(r.Input)
	if err != nil {
		return map[string]any{"error": err.Error()}
	}
	return map[string]any{"ok": result}
}
