package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/socialprescribing/sp"
)

// ConsumerKind is the kind of the records in which [Consume] keeps positions,
// one for each consumer under its name. Delete one to read from the beginning.
const ConsumerKind = "consumer"

// consumed is how many events Consume handles between two savings.
const consumed = 100

// Consume hands the events that the consumer called name has not yet seen to
// handle, in the order of the log, and remembers how far it came. It reads to
// the end of the log and returns the number of events handled; the caller
// decides when to call again. The driver must be that of one tenant, from [Tenant].
//
// Every event is handled at least once, those of one key in the order of their
// versions: after an error, a crash or a lost acknowledgement some are handled
// again, and [RecordedEvent.Key] with [RecordedEvent.Version] tells which. If handle fails,
// Consume stops before that event and returns its error. If two calls under one
// name run at a time, one of them fails with [sp.ErrConflict]. After the database
// was restored from a backup it handles nothing and returns a [*RestoredError],
// until [Resume] says where to go on.
func Consume(ctx context.Context, d Driver, name string, handle func(context.Context, RecordedEvent) error) (n int, err error) {
	d = given(d)
	r, err := d.Get(ctx, Key{Kind: ConsumerKind, ID: name})
	if err != nil && !errors.Is(err, sp.ErrNotFound) {
		return 0, fmt.Errorf("store: consumer %s: %w", name, err)
	}
	version, saved := r.Version, Position(r.Body)
	position := saved
	save := func() error {
		if position == saved {
			return nil
		}
		put := Put{Key: Key{Kind: ConsumerKind, ID: name}, If: version, Body: []byte(position)}
		err := d.Commit(ctx, Batch{Puts: []Put{put}})
		if errors.Is(err, sp.ErrExists) { // both calls were the consumer's first
			err = fmt.Errorf("%w: %w", ErrAgain, err)
		}
		if err != nil {
			return fmt.Errorf("store: consumer %s: remember the position: %w", name, err)
		}
		version, saved = version+1, position
		return nil
	}
	for e, err := range d.Log(ctx, "", saved) {
		if err == nil {
			err = handle(ctx, e)
		}
		if err != nil {
			return n, errors.Join(fmt.Errorf("store: consumer %s: %w", name, err), save())
		}
		n++
		position = e.Position
		if n%consumed == 0 {
			if err := save(); err != nil {
				return n, err
			}
		}
	}
	return n, save()
}

// Resume sets the consumer called name to a position, wherever it stood, so that
// it continues behind it. After a [*RestoredError], pass the position in its
// field Resume; to read everything again, pass the zero Position.
func Resume(ctx context.Context, d Driver, name string, position Position) error {
	key := Key{Kind: ConsumerKind, ID: name}
	b := Batch{Puts: []Put{{Key: key, If: Any, Body: []byte(position)}}}
	if position == "" {
		b = Batch{Deletes: []Delete{{Key: key, If: Any}}}
	}
	if err := given(d).Commit(ctx, b); err != nil {
		return fmt.Errorf("store: consumer %s: resume: %w", name, err)
	}
	return nil
}

// Behind returns how many events the consumer called name has not yet seen, or most if there
// are as many or more: counting reads the events, so that a consumer which is far behind is
// not counted to the end. It writes nothing. Where [Consume] would stop at a part of the log
// that cannot be read, such as after the database was restored from a backup, it returns the same error.
func Behind(ctx context.Context, d Driver, name string, most int) (n int, err error) {
	d = given(d)
	r, err := d.Get(ctx, Key{Kind: ConsumerKind, ID: name})
	if err != nil && !errors.Is(err, sp.ErrNotFound) {
		return 0, fmt.Errorf("store: consumer %s: %w", name, err)
	}
	for _, err := range d.Log(ctx, "", Position(r.Body)) {
		if err != nil {
			return n, fmt.Errorf("store: consumer %s: %w", name, err)
		}
		if n++; n >= most {
			break
		}
	}
	return n, nil
}
