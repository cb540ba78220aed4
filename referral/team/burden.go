package team

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce"
)

// BurdenDays is over how many days a burden is counted where a scheme has no number of its
// own: four weeks, which is this library's own choice.
const BurdenDays = 28

// A Strain is what weighed on a worker, counted. Nobody's feelings follow from it: it says
// when a supervisor is to ask.
type Strain struct {
	Crises   int `json:"crises"`   // dangers to a life that were raised while the case was theirs
	Deaths   int `json:"deaths"`   // of people whose case was theirs
	Refusals int `json:"refusals"` // times that a service said no to somebody whose case was theirs
}

// Total returns the sum of all three counts.
func (s Strain) Total() int { return s.Crises + s.Deaths + s.Refusals }

// A Burden is the emotional load of a worker in a period. It is for them and for who
// supervises them ([Burden.Show]), and says nothing of itself when it is printed, logged or
// written as JSON.
type Burden struct {
	Worker referral.WorkerID `json:"worker"`
	During sp.Period         `json:"during"`

	strain Strain
}

// String returns "burden of ann", and nothing of what it was.
func (b Burden) String() string { return "burden of " + string(b.Worker) }

// Format implements [fmt.Formatter]; every verb prints what String returns.
func (b Burden) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(b.String())) }

// LogValue implements [slog.LogValuer].
func (b Burden) LogValue() slog.Value { return slog.StringValue(b.String()) }

// Show returns the burden to the worker themself, and to the one who supervises them
// ([workforce.Worker.Supervisor]). All others are denied.
func (b Burden) Show(of workforce.Worker, reader sp.Actor) (Strain, error) {
	if of.ID == b.Worker && reader.ID != "" && (reader.ID == string(of.ID) || reader.ID == string(of.Supervisor)) {
		return b.strain, nil
	}
	return Strain{}, fmt.Errorf("team: the burden of %s is for them and their supervisor: %w", b.Worker, sp.ErrDenied)
}

// BurdenOf counts what a worker carried in a period, of all cases that are theirs or were
// until they handed them over. It takes as long as reading these with their placements.
func BurdenOf(ctx context.Context, db store.Driver, worker referral.WorkerID, during sp.Period, c sp.Calendar) (Burden, error) {
	b := Burden{Worker: worker, During: during}
	placements := placement.NewRepository(db, nil)
	err := everyCase(ctx, db, worker, func(r *referral.Referral) error {
		theirs := func(at time.Time) bool { return during.Contains(c.Date(at)) && holder(r, at) == worker }
		for _, x := range r.Concerns() {
			if x.Kind == concern.Crisis && x.Answer != concern.RaisedByMistake && theirs(x.Raised) {
				b.strain.Crises++
			}
		}
		if died(r) && theirs(r.View().Ended) {
			b.strain.Deaths++
		}
		if len(r.Placements()) == 0 {
			return nil
		}
		for p, err := range placements.All(ctx, placement.Query{Referral: r.ID()}) {
			if err != nil {
				return err
			}
			for e := range p.History() {
				if no, ok := e.Event.(placement.Declined); ok && no.Reason.Whose == reason.Provider && theirs(e.Stamp.At) {
					b.strain.Refusals++
				}
			}
		}
		return nil
	})
	if err != nil {
		return Burden{}, err
	}
	return b, nil
}

func died(r *referral.Referral) bool {
	return !r.State().Open() && r.State() != referral.StateInError && r.Reason().Code == reason.Died
}

// holder returns on whose caseload a referral was at a moment, as of when things took effect.
func holder(r *referral.Referral, at time.Time) (who referral.WorkerID) {
	var since time.Time
	for e := range r.History() {
		if to, given := givenTo(e.Event); given && !e.Stamp.At.Before(since) && !e.Stamp.At.After(at) {
			who, since = to, e.Stamp.At
		}
	}
	return who
}

// held reports whether a referral was ever on a worker's caseload.
func held(r *referral.Referral, w referral.WorkerID) bool {
	for e := range r.History() {
		if to, given := givenTo(e.Event); given && to == w {
			return true
		}
	}
	return false
}

// givenTo returns to whose caseload an event brings a referral.
func givenTo(e referral.Event) (to referral.WorkerID, given bool) {
	switch e := e.(type) {
	case referral.Accepted:
		return e.Worker, true
	case referral.Assigned:
		return e.Worker, true
	default:
		return "", false
	}
}
