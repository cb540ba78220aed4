package work

import (
	"context"
	"errors"
	"time"

	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/health"
)

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
func (w *Work) Check(ctx context.Context) []health.Finding {
	r := health.Report{Tenant: string(w.Desk.Tenant), Resume: "Look into the outbox for what was sent since the backup, then start the program once with -resume."}
	r.Consumer(ctx, w.Desk.Store(), Consumer, tooMany)
	now := w.Desk.Now()
	r.Jobs(&w.beside, now, tooLong)
	if read, offers := w.Desk.DirectoryRead(); offers > 0 {
		r.Age("The directory", read, now, tooOld, "Fetch the directory anew. Until then ask each service whether its entry is still true.")
	} else {
		r.Find("See whether the file of the directory is where the program looks for it.", "No services are known, so nothing can be offered.")
	}
	r.Disk(w.Outbox, tooFew)
	return r.Findings
}

// Behind returns how many events were not yet looked at for messages, at most so many.
func (w *Work) Behind(ctx context.Context, most int) (int, error) {
	return store.Behind(ctx, w.Desk.Store(), Consumer, most)
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
