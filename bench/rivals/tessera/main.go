// Appends entries to a Tessera log on the POSIX driver and prints how long that took.
//
//	tessera <directory> <count> <bytes per entry> <in flight>
//
// Everything is at the library's defaults but for the size of a batch; there is no antispam. An entry counts once its
// index is durably assigned, which is when its future resolves.
package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 4 {
		return fmt.Errorf("usage: tessera <directory> <count> <bytes per entry> <in flight>")
	}
	var numbers [3]int
	for i, text := range arguments[1:] {
		number, err := strconv.Atoi(text)
		if err != nil || number < 1 {
			return fmt.Errorf("%q is not a positive number", text)
		}
		numbers[i] = number
	}
	count, size, inFlight := numbers[0], numbers[1], numbers[2]

	ctx := context.Background()
	driver, err := posix.New(ctx, posix.Config{Path: arguments[0]})
	if err != nil {
		return err
	}
	secret, _, err := note.GenerateKey(rand.Reader, "bench.example/log")
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithBatching(uint(inFlight), tessera.DefaultBatchMaxAge)
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}

	// The same random bytes with a number in front: no two entries are alike, and making them costs nothing.
	filler := make([]byte, size)
	if _, err := rand.Read(filler); err != nil {
		return err
	}
	append1 := func(number int) error {
		data := make([]byte, size)
		copy(data, filler)
		binary.BigEndian.PutUint64(data, uint64(number))
		_, err := appender.Add(ctx, tessera.NewEntry(data))()
		return err
	}
	if err := inParallel(inFlight, inFlight, append1); err != nil {
		return err
	}
	startedAt := time.Now()
	if err := inParallel(count, inFlight, func(n int) error { return append1(n + inFlight) }); err != nil {
		return err
	}
	took := time.Since(startedAt)
	if err := shutdown(ctx); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]float64{"tookMs": float64(took.Microseconds()) / 1000})
}

// inParallel runs work for 0 to count-1, at most atOnce of them at a time.
func inParallel(count, atOnce int, work func(int) error) error {
	numbers := make(chan int)
	errs := make(chan error, atOnce)
	var workers sync.WaitGroup
	for range atOnce {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for number := range numbers {
				if err := work(number); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	for number := range count {
		select {
		case numbers <- number:
		case err := <-errs:
			close(numbers)
			return err
		}
	}
	close(numbers)
	workers.Wait()
	close(errs)
	return <-errs
}
