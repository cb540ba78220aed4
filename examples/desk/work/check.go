package work

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Finding is something that is wrong, and what to do about it, for somebody who knows the
// scheme and not its computers.
type Finding struct {
	Tenant string `json:"tenant"`
	Wrong  string `json:"wrong"`
	Do     string `json:"do"`
}

// From when on something is found wrong.
const (
	tooFew  = 1 << 20            // bytes that must fit on the disk
	tooOld  = 7 * 24 * time.Hour // the directory
	tooLong = 10 * time.Minute   // since everything was done that was due
	tooMany = 1000               // events that messages are behind
)

// Ready returns why requests cannot be served, or nil.
func (w *Work) Ready(ctx context.Context) error {
	_, err := w.Behind(ctx, 1)
	if _, offers := w.Desk.DirectoryRead(); err == nil && offers == 0 {
		return errors.New("the directory has not been read")
	}
	return err
}

// Check looks whether everything is in order, and returns what is not.
func (w *Work) Check(ctx context.Context) (all []Finding) {
	find := func(do, wrong string, args ...any) {
		all = append(all, Finding{string(w.Desk.Tenant), fmt.Sprintf(wrong, args...), do})
	}
	behind, err := w.Behind(ctx, tooMany)
	switch _, restored := errors.AsType[*store.RestoredError](err); {
	case restored:
		find("Look into the outbox for what was sent since the backup, then start the program once with -resume.", "The database was put back from a backup, so messages have stopped.")
	case errors.Is(err, store.ErrCorrupt):
		find("Stop the program, keep a copy of the database, and put the last backup back.", "The log cannot be read to its end: %v.", err)
	case err != nil:
		find("See whether the database is running and its disk has room. Nothing that was acknowledged is lost; the program goes on by itself.", "The database does not answer: %v.", err)
	case behind >= tooMany:
		find("Leave the program running. If the number does not fall within an hour, look at what else is found here.", "%d events are not yet looked at for messages.", behind)
	}
	w.state.Lock()
	last, errs := w.last, w.errs
	w.state.Unlock()
	now := w.Desk.Now()
	for _, err := range errs {
		find("It is tried again by itself. If this stands here tomorrow, send this line to whoever supports the program.", "Work beside requests has failed: %v.", err)
	}
	if len(errs) == 0 && !last.IsZero() && now.Sub(last) > tooLong {
		find("Restart the program.", "Nothing was done beside requests since %s.", last.Format("Monday 15:04"))
	}
	switch read, offers := w.Desk.DirectoryRead(); {
	case offers == 0:
		find("See whether the file of the directory is where the program looks for it.", "No services are known, so nothing can be offered.")
	case now.Sub(read) > tooOld:
		find("Fetch the directory anew. Until then ask each service whether its entry is still true.", "The directory is of %s.", sp.DateOf(read))
	}
	if err := w.room(); err != nil {
		find("Free some space, or move the folder to a larger disk. Until then nothing new is accepted.", "The disk is full, or may not be written to: %v.", err)
	}
	return all
}

// Behind returns how many events were not yet looked at for messages, at most so many.
func (w *Work) Behind(ctx context.Context, most int) (int, error) {
	return store.Behind(ctx, w.Desk.Store(), Consumer, most)
}

// room writes a little to the disk of the outbox, and removes it.
func (w *Work) room() error {
	if err := os.MkdirAll(w.Outbox, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(w.Outbox, "room-")
	if err != nil {
		return err
	}
	_, err = file.Write(make([]byte, tooFew))
	return errors.Join(err, file.Close(), os.Remove(filepath.Clean(file.Name())))
}

// Resume has messages go on from where the log of a restored database allows, and returns
// nil where nothing was restored.
func (w *Work) Resume(ctx context.Context) error {
	_, err := w.Behind(ctx, 1)
	if restored, ok := errors.AsType[*store.RestoredError](err); ok {
		return store.Resume(ctx, w.Desk.Store(), Consumer, restored.Resume)
	}
	return err
}
