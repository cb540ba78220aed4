package register

import (
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/aggregate"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// A Register is the permissions of one person, under the person's ID: the state that its
// history adds up to. It must not be used by several goroutines at once.
type Register struct {
	id        person.ID
	file      consent.File
	told      []Telling
	requests  []Requested
	asked     map[RequestID]Asked
	owed      []Correction
	exposures []Exposure
	glass     *Waiting // whose record goes into the same commit
	root      aggregate.Root[State, Command, Event, view]
}

// An Asked is a request for more, and how it stands.
type Asked struct {
	Requested
	Since    time.Time `json:"since"`
	Answered time.Time `json:"answered,omitzero"` // zero while it waits
	Refused  string    `json:"refused,omitempty"` // code, if it was
}

// Age returns how long the request waited, or has been waiting at a time.
func (a Asked) Age(at time.Time) time.Duration {
	if !a.Answered.IsZero() {
		at = a.Answered
	}
	return max(at.Sub(a.Since), 0)
}

// A TellingID names what somebody was told, in the register of one person.
type TellingID string

// A RequestID names what somebody asked for more, in the register of one person.
type RequestID string

// A Telling is what somebody is told, or was.
type Telling struct {
	ID    TellingID      `json:"id"`
	Ask   consent.Ask    `json:"ask"`             // to whom, as what and for what; its kind and field come from the items
	Items []consent.Item `json:"items,omitempty"` // what
	Facts []ToldItem     `json:"facts,omitempty"` // what was told, once it was, with the authority for each
	At    time.Time      `json:"at,omitzero"`
	Under string         `json:"under,omitempty"` // version of the policy
}

// A Correction is owed to whoever was told something on an override that somebody else did
// not uphold.
type Correction struct {
	Telling TellingID
	To      string
	Since   time.Time // of the review
}

// An Exposure is what somebody learned of the person whom nobody had told it.
type Exposure struct {
	Exposed
	At       time.Time
	Informed time.Time // when the person was told; zero is not yet
}

// Facts are what a decision needs to know of a person that stands in other records.
type Facts struct {
	Born     sp.Personal[sp.Date]
	Deciders []consent.Decider // of the person's record; those of the register come before them
	Holder   string            // the link worker whose case it is
	Referrer string
	Died     time.Time
}

// FactsOf returns what a person's record says.
func FactsOf(p person.Person) Facts {
	return Facts{Born: p.Born, Deciders: consent.FileOf(p, "").Deciders}
}

// New returns a register that does not exist yet: [Register.Open] begins it. The
// authorizer is asked before each command; nil denies them all.
func New(of person.ID, may transition.Authorizer) *Register {
	return &Register{id: of, asked: map[RequestID]Asked{}, root: aggregate.New[State, Command, Event, view](func() *transition.Machine[State, Command, view] { return machine }, may)}
}

// Open begins the register. The nation decides which law about young people holds.
func (r *Register) Open(n consent.Nation, s sp.Stamp) error {
	var e sp.InvalidError
	e.CheckPersonID(string(r.id), "person")
	e.Check(slices.Contains([]consent.Nation{consent.England, consent.Wales, consent.Scotland, consent.NorthernIreland}, n), "nation", sp.NotListed, "must be a nation of the United Kingdom")
	return r.root.Do(view{r, r.id}, Open, "", s, e.Fields, Opened{r.id, n})
}

// File returns what a policy decides on. It shares memory with the register, and is not
// to be changed.
func (r *Register) File(f Facts) *consent.File {
	file := r.file
	file.Born, file.Holder, file.Referrer, file.Died = f.Born, f.Holder, f.Referrer, f.Died
	for _, d := range f.Deciders {
		if !slices.ContainsFunc(file.Deciders, func(x consent.Decider) bool { return x.ID == d.ID }) {
			file.Deciders = append(slices.Clip(file.Deciders), d)
		}
	}
	return &file
}

// Person returns whose it is.
func (r *Register) Person() person.ID { return r.file.Person }

// Nation returns whose law holds.
func (r *Register) Nation() consent.Nation { return r.file.Nation }

// Told returns who was told what, on which authority and until when, the earliest first.
func (r *Register) Told() []Telling { return slices.Clone(r.told) }

// Requests returns who asked for more, in the order in which they did.
func (r *Register) Requests() []Asked {
	all := make([]Asked, 0, len(r.requests))
	for _, q := range r.requests {
		all = append(all, r.asked[q.Request])
	}
	return all
}

// Corrections returns who is still owed word that what they were told was unfounded, in the
// order of the reviews. What was told stays on record.
func (r *Register) Corrections() []Correction { return slices.Clone(r.owed) }

// Exposures returns what others learned of the person in incidents, in the order in which it
// was noted.
func (r *Register) Exposures() []Exposure { return slices.Clone(r.exposures) }

// Choices returns what those who decide have answered.
func (r *Register) Choices() []consent.Choice { return slices.Clone(r.file.Choices) }

// History returns everything that happened, in the order in which it was recorded.
func (r *Register) History() iter.Seq[store.Entry[Event]] { return r.root.History() }

// Version returns the version of the record; see [store.History.Version].
func (r *Register) Version() int64 { return r.root.Version() }

// Touch has the next save write the record anew: what was decided from it meets a version
// conflict if somebody changes it meanwhile.
func (r *Register) Touch() { r.root.Touch() }

// May returns nil if a command may be given now, with some input, and otherwise the
// [*transition.Refusal] that the command would return.
func (r *Register) May(c Command, s sp.Stamp) error { return r.root.May(view{r, r.id}, c, s) }

// Legal yields the commands that may be given now, in the order of the table.
func (r *Register) Legal(s sp.Stamp) iter.Seq[Command] { return r.root.Legal(view{r, r.id}, s) }

func (r *Register) do(c Command, s sp.Stamp, fields []sp.Field, e Event) error {
	return r.root.Do(view{r, r.id}, c, "", s, fields, e)
}

// String returns "permissions of P-55".
func (r *Register) String() string { return "permissions of " + string(r.id) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (r *Register) Format(f fmt.State, _ rune) { f.Write([]byte(r.String())) }

// LogValue implements [slog.LogValuer].
func (r *Register) LogValue() slog.Value { return slog.StringValue(r.String()) }
