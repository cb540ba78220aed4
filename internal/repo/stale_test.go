package repo

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// aggregates returns one of each kind that has no history yet.
func aggregates() []store.Change {
	return []store.Change{
		referral.New("R-1", transition.TableOnly{}), placement.New("PL-1", transition.TableOnly{}), session.New("S-1", transition.TableOnly{}),
		needs.New("A-1", transition.TableOnly{}), new(needs.PlanRecord), new(person.Record),
		register.New("P-1", transition.TableOnly{}), breach.New("B-1", transition.TableOnly{}),
		grant.NewFund("F-1", transition.TableOnly{}), caseload.New("H-1", transition.TableOnly{}), grant.NewAward("A-1", transition.TableOnly{}),
	}
}

// inputFirst are commands that look at their input before anything else. They refuse
// an empty one; that a good one is refused too holds by the code that all share.
var inputFirst = []string{"Measure", "Offer", "ReferAgain"}

// After a transaction that failed nobody knows what of an aggregate is saved. A command
// is a method whose last argument is a stamp. The error is a conflict, so that Retry
// loads it again.
func TestRepoRefusesEveryCommandOfAStaleAggregate(t *testing.T) {
	commands := 0
	for _, a := range aggregates() {
		a.Stale()
		_, err := a.Pending()
		require.ErrorIs(t, err, store.ErrStale, "%T.Pending", a)
		v := reflect.ValueOf(a)
		for i := range v.NumMethod() {
			name, m := v.Type().Method(i).Name, v.Method(i)
			in := m.Type().NumIn()
			if in == 0 || m.Type().In(in-1) != reflect.TypeFor[sp.Stamp]() || name == "Legal" { // which lists commands
				continue
			}
			commands++
			err := command(m)
			if err == nil || !errors.Is(err, sp.ErrConflict) && !slices.Contains(inputFirst, name) {
				t.Errorf("%T.%s: %v", a, name, err)
			}
		}
	}
	require.Greater(t, commands, 60)
}

// command calls a method with empty arguments, of which aggregates are stale too, and
// returns its error.
func command(m reflect.Value) error {
	args := make([]reflect.Value, m.Type().NumIn())
	for i := range args {
		in := m.Type().In(i)
		args[i] = reflect.New(in).Elem()
		if in.Kind() == reflect.Pointer {
			args[i] = reflect.New(in.Elem())
		}
		for _, a := range aggregates() {
			if reflect.TypeOf(a) == in {
				args[i] = reflect.ValueOf(a)
			}
		}
		if a, ok := reflect.TypeAssert[store.Change](args[i]); ok {
			a.Stale()
		}
	}
	args[len(args)-1] = reflect.ValueOf(sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)))
	out := m.Call(args)
	err, _ := reflect.TypeAssert[error](out[len(out)-1])
	return err
}
