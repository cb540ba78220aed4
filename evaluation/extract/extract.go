package extract

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/optout"
	"github.com/socialprescribing/sp/evaluation/disclosure"
	"github.com/socialprescribing/sp/evaluation/export"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
)

// StandardK is how many people must look alike where a caller does not say: what is usual for
// research. Within the NHS 5 is common.
const StandardK = 10

// Options say for whom an extract is, and on what grounds.
type Options struct {
	Audience disclosure.Audience // for whom alone it is, such as a research environment
	Why      string              // the agreement that it rests on
	Project  string              // pseudonyms of two projects cannot be joined
	Keys     subject.Keyring     // makes the pseudonyms, by the key that holds on the day of OptOut

	// OptOut says on which footing the extract leaves and who has opted out. Its day, On, is that on
	// which the extract leaves.
	OptOut optout.Options[person.ID]

	Period   sp.Period   // of receipt; zero is all
	AsOf     sp.Date     // the last complete day: what happened later is left out. Zero is the day of OptOut
	Calendar sp.Calendar // in whose zone days are counted

	// Profiles returns what is known of a person on a day, such as [person.Person.Profile], and
	// false if nothing is. Without it the table says of people what their referrals do.
	Profiles func(person.ID, sp.Date) (person.Profile, bool)
	// Area is the entity of GSS codes that the column area holds, such as "E05" for
	// wards; empty leaves the column empty.
	Area string

	Routes   []string        // codes of who refers that may leave as they are; nil is gp, self and community
	Taxonomy *needs.Taxonomy // of needs; nil is [needs.Standard]
	K        int             // how many people must look alike; 0 is [StandardK]
}

// An Extract is a table of single people, and what of the log is not in it.
type Extract struct {
	table  export.Within
	report Report
}

// Table returns the rows, for the audience alone.
func (e *Extract) Table() export.Within { return e.table }

// Report returns what was left out, for the controller alone.
func (e *Extract) Report() Report { return e.report }

// Make makes an extract of the log of one tenant, whose events may come in any order and more
// than once. Equal logs and options give equal bytes. It fails, with an error that is
// [sp.ErrInvalid], for options that do not say all they must, for a key that does not hold or is
// too short, and for a log of several tenants, in which one ID may be two people; and with the first
// error of the log.
func Make(ctx context.Context, log iter.Seq2[store.RecordedEvent, error], o Options) (*Extract, error) {
	if err := o.settle(); err != nil {
		return nil, err
	}
	h, err := read(ctx, log, &o)
	if err != nil {
		return nil, fmt.Errorf("extract: read the log: %w", err)
	}
	r := Report{LeftOut: map[Reason]int{}, OptedOut: map[optout.Reason]int{}, Withheld: map[string]int{}, Unlisted: map[string]int{}, Unreadable: h.unreadable}
	all := people(h.cases(), &o, &r)
	if all, err = permitted(all, &o, &r); err != nil {
		return nil, err
	}
	for _, p := range all {
		p.describe(&o, &r)
	}
	if all, err = alike(all, o.K, &r); err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.pseudonym, err = o.Keys.Pseudonym(p.id, o.Project, o.OptOut.On); err != nil {
			return nil, fmt.Errorf("extract: %w", err)
		}
	}
	slices.SortFunc(all, func(a, b *subjectOf) int { return strings.Compare(a.pseudonym, b.pseudonym) })
	rows := table(all, &o, &r)
	inside, err := disclosure.Within[export.Rows](rows, o.Audience, o.Why)
	if err != nil {
		return nil, fmt.Errorf("extract: %w", err)
	}
	within, err := export.NewWithin(schema(o.AsOf), inside)
	if err != nil {
		return nil, err
	}
	return &Extract{within, r}, nil
}

// settle checks options and fills in what they leave open.
func (o *Options) settle() error {
	e := &sp.InvalidError{Subject: "extract"}
	e.Check(o.Audience != "", "audience", sp.Missing, "must say for whom it is")
	e.Check(o.Why != "", "why", sp.Missing, "must say on which agreement it rests")
	e.CheckID(o.Project, "project")
	e.Check(o.OptOut.Footing != optout.Anonymous, "optOut.footing", sp.Inconsistent, "must not be anonymous: a row for each person is personal data")
	e.Check(!o.OptOut.On.IsZero(), "optOut.on", sp.Missing, "must be the day on which it leaves")
	e.Check(o.K == 0 || o.K >= 2, "k", sp.OutOfRange, "must be at least 2, or 0 for the standard")
	for i, route := range o.Routes {
		e.Check(sp.ValidCode(route), fmt.Sprintf("routes[%d]", i), sp.Malformed, sp.CodeRule)
	}
	if err := e.Err(); err != nil {
		return err
	}
	// A key that does not hold or is too short is found before anything is read.
	if _, err := o.Keys.Pseudonym("P-1", o.Project, o.OptOut.On); err != nil {
		return fmt.Errorf("extract: %w", err)
	}
	o.K, o.AsOf = cmp.Or(o.K, StandardK), cmp.Or(o.AsOf, o.OptOut.On)
	if o.Routes == nil {
		o.Routes = []string{"gp", "self", "community"}
	}
	if o.Taxonomy == nil {
		o.Taxonomy = needs.Standard()
	}
	return nil
}

// permitted returns the people who have not opted out, and counts the others.
func permitted(all []*subjectOf, o *Options, r *Report) ([]*subjectOf, error) {
	byID := make(map[person.ID]*subjectOf, len(all))
	ids := make([]person.ID, len(all))
	for i, p := range all {
		ids[i], byID[p.id] = p.id, p
	}
	kept, removed, err := optout.Filter(ids, o.OptOut)
	if err != nil {
		return nil, fmt.Errorf("extract: %w", err)
	}
	left := 0
	may := make([]*subjectOf, len(kept))
	for i, id := range kept {
		may[i] = byID[id]
		left += len(may[i].cases)
	}
	for _, p := range all {
		r.LeftOut[OptedOut] += len(p.cases)
	}
	r.LeftOut[OptedOut] -= left
	r.OptedOut = removed
	return may, nil
}
