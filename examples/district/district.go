package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/taxonomy"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/examples/internal/bar"
	"github.com/socialprescribing/sp/funding/contract"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/simulation"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A district is all that the stages hand on to each other beside the database.
type district struct {
	order
	db        store.Driver
	referrals *referral.Repository
	bar       *bar.Bar
	found     bytes.Buffer // by the present stage
	folder    string

	crosswalk taxonomy.Crosswalk
	offers    []directory.Offer
	byNeed    map[needs.Code][]directory.Offer
	book      *contract.Book
	came      []simulation.Arrival
	groups    []simulation.Group

	clients []*client
	agenda  map[sp.Date][]*client // who is to be looked at on a day
	waiting []*client             // for a place, in the order in which they began to
	today   sp.Date
	done    int // today
	tally   tally
	run     *evaluation.Run // all indicators
}

func newDistrict(o order, db store.Driver, folder string) *district {
	return &district{order: o, db: db, referrals: referral.NewRepository(db, anybody{}), folder: folder}
}

// tell goes through the stages in order, and prints what each has found once it is over.
func (d *district) tell(ctx context.Context, stdout, stderr io.Writer) error {
	for _, stage := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"the directory", d.feed},
		{"the money", d.money},
		{"the arrivals", d.arrivals},
		{"the year", d.year},
		{"the indicators", d.indicators},
		{"the report", d.report},
		{"the policies", d.policies},
		{"the bundle", d.bundle},
	} {
		d.bar = bar.New(stderr)
		err := stage.run(ctx)
		d.bar.Done()
		switch {
		case err != nil && ctx.Err() != nil:
			return d.interrupted(stage.name)
		case err != nil:
			return fmt.Errorf("%s: %w", stage.name, err)
		}
		if _, err := d.found.WriteTo(stdout); err != nil {
			return err
		}
	}
	return nil
}

// interrupted says how far a run had come that somebody ended, and what is left of it.
func (d *district) interrupted(stage string) error {
	text := "interrupted during " + stage
	if !d.today.IsZero() {
		text += fmt.Sprintf("; played up to %v, %d of %d people were referred by then", d.today, d.tally.referred, len(d.clients))
	}
	if d.out == "" {
		return errors.New(text + "; nothing is kept")
	}
	return fmt.Errorf("%s; %s holds that much, and a run cannot be continued: begin again in another folder", text, filepath.Join(d.folder, "district.db"))
}

// say prints a line of findings.
func (d *district) say(format string, args ...any) { fmt.Fprintf(&d.found, format+"\n", args...) }

// A client is somebody on the way, and what is next for them. What is known of them stands in the database; of
// those who wait it is here what a list needs each Monday.
type client struct {
	number   int
	person   person.Person
	arrival  simulation.Arrival
	worker   referral.WorkerID
	rng      *rand.Rand
	next     step
	due      sp.Date // on which; 0 is that they wait for a place, or that their way is over
	attempts int
	sessions int  // of the present placement
	came     int  // to how many of these
	began    bool // anything at all
	since    sp.Date
	tried    []directory.ID // services of which nothing came
}

// A tally is what the stages print.
type tally struct {
	referred, declined, unreachable, agreed, refused             int
	runs, placed, proven, full, nowhere, told, withheld, ourself int
	stopped, began, finished, gaveUp, closed                     int
}

// anybody lets every role do what the tables allow. A service in use asks its own rules here, such
// as examples/desk/gate.
type anybody struct{}

func (anybody) Authorize(sp.Actor, transition.Act) error { return nil }

// moment is a time of a day: so many minutes after nine.
func moment(day sp.Date, minutes int) time.Time {
	return day.In(time.UTC).Add(9*time.Hour + time.Duration(minutes)*time.Minute)
}

// now is the next moment of today, so that the log is in order of time.
func (d *district) now() time.Time {
	d.done++
	return moment(d.today, 0).Add(time.Duration(d.done) * 10 * time.Second)
}

// luck returns a source of chance for a purpose.
func (d *district) luck(purpose string, n int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(d.seed + "/" + purpose))
	return rand.New(rand.NewPCG(h.Sum64(), uint64(n)))
}

// workday returns a day, or the Monday after it.
func workday(day sp.Date) sp.Date {
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.Add(1)
	}
	return day
}
