package catalogue_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/catalogue"
	"github.com/socialprescribing/sp/evaluation/evaluationtest"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/internal/tier"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/voice"
)

// Each indicator is counted a second time from its words, straight from the events and
// without the engine, its facts or its rules: person by person, in the plainest way. The
// engine sees the same log in another order and partly twice.
func TestTheCatalogueCountsWhatIsCountedPlainly(t *testing.T) {
	tier.Unraced(t)
	indicators := catalogue.All(catalogue.Standards{})
	seen := map[string]map[string]bool{} // answers by indicator
	for seed := range tier.Pick[uint64](3, 10, 30) {
		events := withMistakes(t, evaluationtest.World{Seed: 100 + seed, Referrals: 300})
		if seed%3 != 0 {
			events = mixed(t, events)
		}
		for _, o := range []evaluation.Options{
			{AsOf: sp.NewDate(2025, time.September, 17)}, // a Wednesday, as the next one is
			{AsOf: sp.NewDate(2026, time.April, 1), Period: sp.NewDate(2025, time.June, 10).Months(4)},
			{AsOf: sp.NewDate(2026, time.June, 6)}, // a Saturday
			{AsOf: evaluationtest.End},
		} {
			counts := countAll(t, o, indicators, stirred(events, seed), "")
			s := plainly(t, events, o)
			require.Len(t, s.plain(), len(indicators), "each indicator is counted plainly")
			for _, i := range indicators {
				want := s.tally(i.ID)
				got := map[string]int64{}
				for a, n := range counts.Tally(i.ID, "") {
					got[a.String()] = n
				}
				require.Equal(t, want, got, "%s, seed %d, as of %s", i.ID, seed, o.AsOf)
				if seen[i.ID] == nil {
					seen[i.ID] = map[string]bool{}
				}
				for a := range want {
					seen[i.ID][a] = true
				}
			}
		}
	}
	for id, answers := range seen {
		require.Greater(t, len(answers), 1, "%s has the same answer for all", id)
	}
}

// A file is one aggregate with what happened to it up to the day of the report.
type file struct {
	kind, id string
	notes    []note
}

type note struct {
	on    sp.Date
	event store.Event
}

// A scheme is the files of a log, and what is asked of them.
type scheme struct {
	evaluation.Options
	files []*file
	of    map[string][]*file // by kind, and by whom or what they belong to
}

// plainly reads a log that is in order for each aggregate.
func plainly(t *testing.T, events []store.RecordedEvent, o evaluation.Options) scheme {
	t.Helper()
	s := scheme{Options: o, of: map[string][]*file{}}
	known := map[store.Key]*file{}
	for _, e := range events {
		on := sp.DateOf(e.Stamp.At.UTC())
		if on > o.AsOf {
			continue
		}
		if known[e.Key] == nil {
			known[e.Key] = &file{kind: e.Key.Kind, id: e.Key.ID}
			s.files = append(s.files, known[e.Key])
		}
		event, err := decoded(e)
		require.NoError(t, err)
		known[e.Key].notes = append(known[e.Key].notes, note{on, event})
	}
	for _, f := range s.files {
		_, p := first[placement.Proposed](f)
		_, m := first[session.Planned](f)
		owner := f.kind + " " + string(p.Referral) + string(m.Placement) + whose(f)
		s.of[owner] = append(s.of[owner], f)
	}
	return s
}

func decoded(e store.RecordedEvent) (store.Event, error) {
	switch e.Key.Kind {
	case referral.Kind:
		return referral.DecodeEvent(e.Type, e.Data)
	case placement.Kind:
		return placement.DecodeEvent(e.Type, e.Data)
	case session.Kind:
		return session.DecodeEvent(e.Type, e.Data)
	case needs.AssessmentKind:
		return needs.DecodeEvent(e.Type, e.Data)
	case register.Kind:
		return register.DecodeEvent(e.Type, e.Data)
	case voice.RecordKind:
		return voice.DecodeEvent(e.Type, e.Data)
	case grant.AwardKind:
		return grant.DecodeAwardEvent(e.Type, e.Data)
	}
	return nil, fmt.Errorf("no machine of %s", e.Key.Kind)
}

// first returns what an event of a type said the first time, and when; zero if there was none.
func first[E store.Event](f *file) (day sp.Date, said E) {
	for _, n := range f.notes {
		if e, is := n.event.(E); is {
			return n.on, e
		}
	}
	return 0, said
}

// when returns the day of the first event of a type.
func when[E store.Event](f *file) sp.Date {
	day, _ := first[E](f)
	return day
}

func did[E store.Event](f *file) bool { return when[E](f) != 0 }

// soonest returns the first of some days that have come.
func soonest(days ...sp.Date) sp.Date {
	days = slices.DeleteFunc(days, sp.Date.IsZero)
	if len(days) == 0 {
		return 0
	}
	return slices.Min(days)
}

// inError reports whether a file should never have been.
func (f *file) inError() bool {
	return did[referral.EnteredInError](f) || did[placement.EnteredInError](f) || did[session.EnteredInError](f) || did[voice.Retracted](f)
}

func (s scheme) all(kind string) (all []*file) {
	for _, f := range s.files {
		if f.kind == kind {
			all = append(all, f)
		}
	}
	return all
}

// whose returns the person of a referral, an assessment or a register.
func whose(f *file) string {
	_, r := first[referral.Received](f)
	_, a := first[needs.Opened](f)
	_, p := first[register.Opened](f)
	return string(r.Person + a.Person + p.Person)
}

// placements are those of a referral, and sessions those of a placement; mistakes too.
func (s scheme) placements(of *file) []*file { return s.of[placement.Kind+" "+of.id] }

func (s scheme) sessions(of *file) []*file { return s.of[session.Kind+" "+of.id] }

// right leaves out what should never have been.
func right(all []*file) []*file {
	return slices.DeleteFunc(slices.Clone(all), (*file).inError)
}

// received are the referrals that were received in the period.
func (s scheme) received() (all []*file) {
	for _, f := range s.all(referral.Kind) {
		if s.Period.Contains(when[referral.Received](f)) {
			all = append(all, f)
		}
	}
	return all
}

// A spoken answer is what is said of one row, and of whom it is.
type spoken struct{ who, says string }

// tally counts the answers for one indicator. Where a person has several rows, the
// person's are put together.
func (s scheme) tally(id string) map[string]int64 {
	p := s.plain()[id]
	all := map[string]int64{}
	yes, of := map[string]int{}, map[string]int{}
	for _, a := range p.of(s) {
		switch {
		case a.says == "": // is not of the denominator
		case p.clustered && (a.says == "yes" || a.says == "no"):
			of[a.who]++
			if a.says == "yes" {
				yes[a.who]++
			}
		default:
			all[a.says]++
		}
	}
	for who := range of {
		all[fmt.Sprintf("part %d %d", yes[who], of[who])]++
	}
	return all
}

// orWrong is an answer about something, unless one of these should never have been.
func orWrong(says string, of ...*file) string {
	if says != "" && slices.ContainsFunc(of, (*file).inError) {
		return wrong
	}
	return says
}

func ofReferrals(rule func(scheme, *file) string) func(scheme) []spoken {
	return func(s scheme) (all []spoken) {
		for _, r := range s.received() {
			all = append(all, spoken{whose(r), orWrong(rule(s, r), r)})
		}
		return all
	}
}

func ofPlacements(rule func(scheme, *file) string) func(scheme) []spoken {
	return func(s scheme) (all []spoken) {
		for _, r := range s.received() {
			for _, p := range s.placements(r) {
				all = append(all, spoken{whose(r), orWrong(rule(s, p), r, p)})
			}
		}
		return all
	}
}

func ofSessions(rule func(*file) string) func(scheme) []spoken {
	return func(s scheme) (all []spoken) {
		for _, r := range s.received() {
			for _, p := range s.placements(r) {
				for _, m := range s.sessions(p) {
					all = append(all, spoken{whose(r), orWrong(rule(m), r, p, m)})
				}
			}
		}
		return all
	}
}

func ofNeedsFound(rule func(s scheme, r *file, need needs.Code) string) func(scheme) []spoken {
	return func(s scheme) (all []spoken) {
		for _, r := range s.received() {
			for _, n := range foundIn(r) {
				all = append(all, spoken{whose(r), orWrong(rule(s, r, n), r)})
			}
		}
		return all
	}
}

// A human is a person with their referrals of the period that are no mistakes, in order of receipt.
type human struct {
	scheme
	id        string
	referrals []*file
}

func ofPeople(rule func(human) string) func(scheme) []spoken {
	return func(s scheme) (all []spoken) {
		people := map[string][]*file{}
		for _, r := range s.received() {
			people[whose(r)] = append(people[whose(r)], r)
		}
		for id, theirs := range people {
			h := human{s, id, right(theirs)}
			slices.SortFunc(h.referrals, func(a, b *file) int { return when[referral.Received](a).Sub(when[referral.Received](b)) })
			says := wrong
			if len(h.referrals) > 0 {
				says = rule(h)
			}
			all = append(all, spoken{id, says})
		}
		return all
	}
}

// since is the day of the first receipt in the period.
func (h human) since() sp.Date { return when[referral.Received](h.referrals[0]) }

// theirs are the files of a kind that name the person.
func (h human) theirs(kind string) []*file { return h.of[kind+" "+h.id] }

// ofAssessments asks about each assessment that was opened in the period.
func ofAssessments(rule func(s scheme, a *file) []string) func(scheme) []spoken {
	return func(s scheme) (all []spoken) {
		for _, a := range s.all(needs.AssessmentKind) {
			if !s.Period.Contains(when[needs.Opened](a)) {
				continue
			}
			for _, says := range rule(s, a) {
				all = append(all, spoken{whose(a), says})
			}
		}
		return all
	}
}
