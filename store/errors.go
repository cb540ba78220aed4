package store

import (
	"errors"
	"fmt"
	"iter"

	"github.com/socialprescribing/sp"
)

// ErrOutcomeUnknown is the error of a commit whose acknowledgement was lost: it
// may have happened or not. Load again to see, or commit the same batch again.
var ErrOutcomeUnknown = errors.New("outcome unknown")

// ErrChanged says that something is not any more what was shown to whoever decides on it: let
// them look again. It is [sp.ErrConflict], and [Retry] does not repeat it.
var ErrChanged = fmt.Errorf("it has changed since it was shown: %w", sp.ErrConflict)

// Unchanged returns [ErrChanged] where somebody was shown another version of a record than
// there is. Nothing was shown to whoever saw version 0. What has changed by their own command,
// which comes again, is as they left it: the history says by whom and under which key
// ([Repeated]).
func Unchanged[E Event](seen, is int64, history iter.Seq[Entry[E]], s sp.Stamp) error {
	if seen == 0 || seen == is || Repeated(history, s) {
		return nil
	}
	return ErrChanged
}

// Repeated reports whether something was recorded by the same actor under the key of a stamp
// ([sp.Stamp.Under]): then the command comes again. Without a key nothing is known again, and
// the key of one actor says nothing of what another does. By a link or without one
// ([sp.Actor].Only), somebody is the same actor.
func Repeated[E Event](history iter.Seq[Entry[E]], s sp.Stamp) bool {
	if s.Key == "" {
		return false
	}
	for e := range history {
		if e.Stamp.Key == s.Key && e.Stamp.By.Same(s.By) && e.Stamp.By.For == s.By.For {
			return true
		}
	}
	return false
}

// A ConflictError is a failure of optimistic concurrency: it says which record
// was not at the version expected. It is [sp.ErrExists] if the record should have
// been new, otherwise [sp.ErrConflict].
type ConflictError struct {
	Key       Key
	Want, Got int64 // Got is 0 where there is no record
}

// Error names the key and both versions.
func (e *ConflictError) Error() string {
	if e.Want == New {
		return fmt.Sprintf("store: %s: already exists, at version %d", e.Key, e.Got)
	}
	if e.Got == 0 {
		return fmt.Sprintf("store: %s: is not there, expected version %d: somebody deleted it", e.Key, e.Want)
	}
	return fmt.Sprintf("store: %s: is at version %d, expected %d: load it again and retry", e.Key, e.Got, e.Want)
}

// Is reports whether target is the sentinel of this conflict.
func (e *ConflictError) Is(target error) bool {
	if e.Want == New {
		return target == sp.ErrExists
	}
	return target == sp.ErrConflict
}

// ErrCorrupt is what every [*CorruptError] is.
var ErrCorrupt = errors.New("stored data are not what was written")

// A CorruptError says that a record or an event that was read is not the one that
// was written: bytes of the file have changed. Trust nothing that was read, not
// even the key. Restore the database from a backup.
type CorruptError struct {
	Key     Key
	Version int64
	Event   bool   // it is about an event, not about the record
	Why     string // what is wrong; empty if the checksum differs
}

// Error names the key, the version and what is wrong.
func (e *CorruptError) Error() string {
	what, why := "record", e.Why
	if e.Event {
		what = "event"
	}
	if why == "" {
		why = "its checksum differs"
	}
	return fmt.Sprintf("store: %s: the %s of version %d is not what was written: %s", e.Key, what, e.Version, why)
}

// Is reports whether target is [ErrCorrupt].
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }

// A RestoredError says that a reader of the log comes from a past that the
// database no longer has: a backup was restored, or a failover lost the last
// commits. The reader may have seen events that are gone, and those that have
// come since would pass it by if it went on from where it stood. It is
// [sp.ErrInvalid].
//
// What the reader did for events that are gone is for its owner to look at: the
// letter went out, the referral is no more. Then it goes on from Resume, a
// consumer by [Resume]. It meets everything that the log has now and that it has
// not certainly seen, and may meet again what it has seen.
type RestoredError struct {
	Tenant   string
	Position Position // where the reader stood
	Resume   Position // from where it misses nothing; zero is the beginning of the log
}

// Error says what to do.
func (e *RestoredError) Error() string {
	return fmt.Sprintf("store: log of %s: the database was restored from a backup, or has lost commits, since position %q was given out: "+
		"look at what was done for events that are gone, then go on from position %q (store.Resume for a consumer)", e.Tenant, e.Position, e.Resume)
}

// Is reports whether target is [sp.ErrInvalid].
func (e *RestoredError) Is(target error) bool { return target == sp.ErrInvalid }
