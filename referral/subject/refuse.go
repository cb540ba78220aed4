package subject

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
)

// A HoldError says that somebody may not be erased yet. It is [sp.ErrDenied].
type HoldError struct {
	Person person.ID
	Code   string
}

// Error names the person and the code.
func (e *HoldError) Error() string {
	return fmt.Sprintf("subject: erase %s: is held (%s)", e.Person, e.Code)
}

// Unwrap returns [sp.ErrDenied].
func (e *HoldError) Unwrap() error { return sp.ErrDenied }

// held returns what forbids to erase somebody.
func (e Eraser) held(ctx context.Context, of person.ID) error {
	if e.Hold == nil {
		return nil
	}
	if code, err := e.Hold(ctx, of); err != nil || code != "" {
		return errors.Join(err, &HoldError{of, code})
	}
	return nil
}

// An UnansweredError says that somebody may not be erased yet, since nobody has answered what
// was noted about their safety. It is [sp.ErrDenied], and for the scheme alone.
type UnansweredError struct {
	Person  person.ID
	Waiting []string // such as "flag F-1 of referral R-7"
}

// Error names the person and what waits.
func (e *UnansweredError) Error() string {
	return fmt.Sprintf("subject: erase %s: what is under way must end first: %s", e.Person, strings.Join(e.Waiting, ", "))
}

// Unwrap returns [sp.ErrDenied].
func (e *UnansweredError) Unwrap() error { return sp.ErrDenied }

// answered refuses while anything about the person's safety waits for an answer.
func (e Eraser) answered(ctx context.Context, db store.Driver, of person.ID) error {
	refused := &UnansweredError{Person: of}
	for r, err := range referral.NewRepository(db, e.May).All(ctx, referral.Query{Person: of}) {
		if err != nil {
			return fmt.Errorf("subject: erase %s: %w", of, err)
		}
		for _, c := range r.Concerns() {
			if c.Open() {
				refused.Waiting = append(refused.Waiting, fmt.Sprintf("flag %s of referral %s", c.ID, r.ID()))
			}
		}
	}
	for a, err := range needs.NewRepository(db, e.May).Of(ctx, of) {
		if err != nil {
			return fmt.Errorf("subject: erase %s: %w", of, err)
		}
		for alert := range a.Alerts() {
			refused.Waiting = append(refused.Waiting, fmt.Sprintf("alert %s of assessment %s", alert, a.ID()))
		}
	}
	if len(refused.Waiting) > 0 {
		return refused
	}
	return nil
}
