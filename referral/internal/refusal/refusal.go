// Package refusal knows commands again that are refused since they came before,
// and refuses those of an aggregate that must be loaded again.
package refusal

import (
	"errors"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// Complete completes the answer to a command. Its refusal is a repetition if the
// same actor did the same before, at the same time, and not if somebody else came
// first. Where several commands record one type of event, by tells whether it was this
// one that recorded a fact; elsewhere it is nil. Where the history is stale the answer
// is [store.ErrStale].
func Complete[F store.Fact, S ~string](err error, m transition.RoleMachine[S], h *store.History[F], s sp.Stamp, by func(F, string) bool) error {
	if h.IsStale() {
		return fmt.Errorf("%s: %w", m.Name, store.ErrStale)
	}
	te, ok := errors.AsType[*transition.Error](err)
	if !ok {
		return err
	}
	s = s.Precise()
	for e := range h.All() {
		if by != nil && !by(e.Fact, te.Command) {
			continue
		}
		if e.Stamp.By == s.By && e.Stamp.At.Equal(s.At) && slices.ContainsFunc(m.Rules, func(r transition.RoleRule[S]) bool {
			return r.Command == te.Command && r.Event == e.Fact.EventType()
		}) {
			te.Repeated = true
		}
	}
	return err
}
