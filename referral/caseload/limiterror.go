package caseload

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
)

// A LimitReason is the code of why [Limits] does not let a worker be given a case.
type LimitReason string

// The reasons, each with what there is to do.
const (
	// NotOfTeam is of somebody whom the team does not have: name somebody else, or register
	// them first.
	NotOfTeam LimitReason = "not-of-team"
	// NoCap is of somebody for whom there is no cap: set one for how they are employed.
	NoCap LimitReason = "no-cap"
	// LoadUnknown is of a load that was not supplied, or no longer holds: give the case by
	// [Limits.Give], or weigh it by [Limits.Supply] first.
	LoadUnknown LimitReason = "load-unknown"
	// BeyondCap is of a case that is more than somebody can carry: give it to somebody who
	// has room, or have some of theirs handed over first.
	BeyondCap LimitReason = "beyond-cap"
)

// A LimitError says why a worker cannot be given a case. It is [sp.ErrDenied].
type LimitError struct {
	Worker referral.WorkerID
	Why    LimitReason
	Room   Room // what they would have with the case, where it is [BeyondCap]
}

// Error names the worker by their ID, and says what there is to do.
func (e *LimitError) Error() string {
	switch e.Why {
	case NotOfTeam:
		return fmt.Sprintf("caseload: %s is not of the team: name somebody else, or register them first", e.Worker)
	case NoCap:
		return fmt.Sprintf("caseload: no cap is for %s: set one for how they are employed", e.Worker)
	case LoadUnknown:
		return fmt.Sprintf("caseload: the load of %s is unknown: supply it, and again after each case that they are given", e.Worker)
	default:
		return fmt.Sprintf("caseload: %s: give the case to somebody who has room, or have some of theirs handed over first", e.Room)
	}
}

// Is reports whether target is [sp.ErrDenied].
func (e *LimitError) Is(target error) bool { return target == sp.ErrDenied }
