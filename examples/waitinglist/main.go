// Command waitinglist places a waiting list over a directory of services, and shows all that
// package matching/assign has to say: who, where and why, a refusal with its proof, where
// places are missing, what one more place would change, a re-run after new arrivals, and how the
// places are held in the commit that offers them. Then it prints the gap report: unmet needs,
// what people asked for, and a group that could form. The people are invented; so is the
// directory, unless one is named.
//
//	go run ./examples/waitinglist
//	go run ./examples/waitinglist -people 2000 -directory ../shared/data/directory/baltimore-icarol-ohana-csv -seed 1
//	go run ./examples/waitinglist -proof decision.json   # write the decision as a record
//	go run ./examples/waitinglist -check decision.json   # check one without solving anything
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/socialprescribing/sp/matching/assign"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "waitinglist:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("waitinglist", flag.ContinueOnError)
	flags.SetOutput(stderr)
	people := flags.Int("people", 1200, "how many `people` wait, from 1 to 100000")
	path := flags.String("directory", "", "`path` of a file or folder that holds a directory; empty invents one")
	seed := flags.Uint64("seed", 1, "`number` from which people and places are drawn")
	proof := flags.String("proof", "", "`file` to write the decision to, with its certificate")
	check := flags.String("check", "", "`file` with a decision: it is checked, and nothing else is done")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	if *check != "" {
		return checked(*check, stdout)
	}
	if *people < 1 || *people > 100_000 {
		return errors.New("-people: must be from 1 to 100000")
	}
	w, err := newWorld(ctx, *people, *path, *seed)
	if err != nil {
		return err
	}
	p := &printer{w: stdout}
	if err := story(ctx, w, *proof, p); err != nil {
		return err
	}
	return p.err
}

// checked checks a decision that somebody else may have made.
func checked(path string, stdout io.Writer) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	rec, err := assign.ParseRecord(data)
	if err != nil {
		return err
	}
	if err := rec.Check(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "checked without solving: policy %s, %d of %d requests placed, %d points away from what was asked in all (fewer are better);\n%s\n",
		rec.Result.Policy.Version, len(rec.Result.Placements), rec.Problem.Requests(), rec.Result.Cost, proven(rec.Result))
	return err
}

// story places the list, explains it, holds the places, runs again, and reports.
func story(ctx context.Context, w *world, proof string, p *printer) error {
	d, err := w.decide(ctx, w.people, nil)
	if err != nil {
		return err
	}
	p.decision(w, d)
	if err := p.why(w, d); err != nil {
		return err
	}
	regions, nowhere := d.reading.Regions()
	if err := p.missing(w, d, regions, nowhere); err != nil {
		return err
	}
	if proof != "" {
		if err := write(proof, d); err != nil {
			return err
		}
		p.say("\nthe decision is in the file that -proof names, with its certificate")
	}
	sc, err := p.hold(ctx, w, d)
	if err != nil {
		return err
	}
	if err := p.again(ctx, w, d); err != nil {
		return err
	}
	return p.gaps(ctx, w, d, sc, regions)
}

// write writes the record of a decision.
func write(path string, d *decision) error {
	rec, err := assign.NewRecord(d.problem, d.result)
	if err != nil {
		return err
	}
	data, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}
