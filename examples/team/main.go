// Command team is a Monday morning of Lena, who leads four link workers. Ann leaves in three
// weeks, Bea carries more people than anybody may be given, nobody has supervised Cy for three
// months, and Dee is on leave. A practice wants Ann to hold somebody in crisis, which is not
// hers, and is refused once. The program prints what Lena looks at, how Ann's caseload is
// handed over, Ann's own page with what became of people and who thanked her, and what of all
// this is counted.
//
//	go run ./examples/team
//
// Everybody is invented. It prints the same bytes each time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/transition"
	"github.com/socialprescribing/sp/workforce"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "team:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("team", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "team takes no flags: it prints the Monday morning of a lead of four invented link workers") //nolint:errcheck // there is nowhere else to say it
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	s := &scheme{ctx: ctx, db: store.Tenant(memstore.New(), "bay")}
	for _, part := range []func() error{
		s.employ, s.carry, s.keep, s.refuse, s.give, s.morning, s.handOver, s.page, s.agreed, s.counted,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	_, err := io.WriteString(stdout, s.out.String())
	return err
}

// A scheme is the team with its database.
type scheme struct {
	ctx    context.Context
	out    strings.Builder
	db     store.Driver
	team   []workforce.Worker
	limits caseload.Limits
}

// today is a Monday, and rules is who may do what; a real scheme asks more.
var (
	today = sp.NewDate(2026, time.November, 2)
	rules = transition.TableOnly{}
)

// at returns a moment so many days before the Monday, at an hour.
func at(ago, hour int) time.Time {
	return today.Add(-ago).In(time.UTC).Add(time.Duration(hour) * time.Hour)
}

// worker stamps what a link worker did, and lead what Lena did.
func worker(id workforce.WorkerID, at time.Time) sp.Stamp {
	return sp.By(sp.Actor{ID: string(id), Role: sp.RoleLinkWorker}, at)
}

func lead(at time.Time) sp.Stamp {
	return sp.By(sp.Actor{ID: "lena", Role: sp.RoleTeamLead}, at)
}

func (s *scheme) say(format string, args ...any) { fmt.Fprintf(&s.out, format+"\n", args...) }

func (s *scheme) title(text string) {
	if s.out.Len() > 0 {
		s.say("")
	}
	s.say("%s\n", text)
}

// save writes a record that was made, or returns why it was not.
func (s *scheme) save(c store.Change, err error) error {
	if err != nil {
		return err
	}
	return store.Save(s.ctx, s.db, c)
}

// employ registers the team.
func (s *scheme) employ() error {
	week := func(days ...string) (hours []workforce.Shift) {
		for _, d := range days {
			hours = append(hours, workforce.Shift{Day: d, Start: 9 * 60, End: 17 * 60})
		}
		return hours
	}
	full := week("monday", "tuesday", "wednesday", "thursday", "friday")
	since := func(year int) sp.Period { return sp.Period{Start: sp.NewDate(year, time.April, 1)} }
	leaving := since(2023)
	leaving.End = today.Add(26)
	link := func(id workforce.WorkerID, name, area string, ages workforce.Ages, m workforce.Employment) workforce.Worker {
		m.PayBand = "AfC-5"
		return workforce.Worker{
			ID: id, Roles: []sp.Role{sp.RoleLinkWorker}, Ages: ages, Areas: []string{area}, Employer: "bay/alliance", Supervisor: "lena",
			Languages: []string{"en"}, Name: sp.Hide(name), Employment: sp.Hide(m),
		}
	}
	s.team = []workforce.Worker{
		link("ann", "Ann Archer", "bay", workforce.Adults, workforce.Employment{WTE: 100, Hours: full, Contract: leaving}),
		link("bea", "Bea Brook", "bay", workforce.YoungPeople, workforce.Employment{WTE: 100, Hours: full, Contract: since(2024)}),
		link("cy", "Cy Carter", "dale", workforce.Adults, workforce.Employment{WTE: 80, Hours: full[:4], Contract: since(2024)}),
		link("dee", "Dee Dale", "dale", workforce.Adults, workforce.Employment{
			WTE: 100, Hours: full, Contract: since(2022), Leave: []sp.Period{{Start: today.Add(-7), End: today.Add(7)}},
		}),
		{ID: "lena", Roles: []sp.Role{sp.RoleTeamLead}, Areas: []string{"bay", "dale"}, Name: sp.Hide("Lena Lake")},
	}
	for _, w := range s.team {
		if err := s.save(workforce.Register(w, lead(at(300, 9)))); err != nil {
			return err
		}
	}
	s.limits = caseload.Limits{Team: s.team, Caps: caseload.ProposedCaps(), On: today}
	return nil
}

// of returns a worker of the team.
func (s *scheme) of(id workforce.WorkerID) workforce.Worker {
	i := slices.IndexFunc(s.team, func(w workforce.Worker) bool { return w.ID == id })
	return s.team[i]
}
