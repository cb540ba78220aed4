// Package health says what is wrong with a service in words, and what to do about it: for
// somebody who knows the scheme and not its computers, where there is nobody else to ask.
//
//	r := health.Report{Tenant: "morecambe-bay"}
//	r.Consumer(ctx, db, "messages", 1000)           // the database, its log, and how far behind messages are
//	r.Age("The directory", read, now, 7*24*time.Hour, "Fetch it anew.")
//	r.Disk(outbox, 1<<20)
//	for _, f := range r.Findings { fmt.Println(f) } // none where all is in order
//
// [Jobs] are what a service does beside requests, and remember what failed. What else a service
// can find wrong of its own, it says by [Report.Find]. Findings hold errors, which in this library name IDs and nobody.
package health

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
)

// A Finding is something that is wrong, and what to do about it.
type Finding struct {
	Tenant string `json:"tenant"`
	Wrong  string `json:"wrong"`
	Do     string `json:"do"`
}

// String returns a finding in two lines.
func (f Finding) String() string { return fmt.Sprintf("%s: %s\n  do: %s", f.Tenant, f.Wrong, f.Do) }

// A Report gathers what is found wrong with what one tenant uses.
type Report struct {
	Tenant   string
	Resume   string    // what to do after the database was restored from a backup; empty is the advice to look what the consumer did, and to call store.Resume
	Findings []Finding // in the order in which they were found
}

// Find adds a finding: what to do, and what is wrong, as [fmt.Sprintf] writes it.
func (r *Report) Find(do, wrong string, args ...any) {
	r.Findings = append(r.Findings, Finding{r.Tenant, fmt.Sprintf(wrong, args...), do})
}

// Consumer looks whether the database of a tenant answers, whether its log can be read to its
// end, and whether a consumer of the log is fewer than so many events behind it, of which 0
// is 1: whether it is behind at all.
func (r *Report) Consumer(ctx context.Context, d store.Driver, name string, most int) {
	most = max(most, 1)
	behind, err := store.Behind(ctx, d, name, most)
	_, restored := errors.AsType[*store.RestoredError](err)
	switch {
	case restored:
		do := cmp.Or(r.Resume, "See what was done since the backup, then have it go on (store.Resume).")
		r.Find(do, "The database was put back from a backup, so work for %s has stopped.", name)
	case errors.Is(err, store.ErrCorrupt):
		r.Find("Stop the service, keep a copy of the database, and put the last backup back.", "The log cannot be read to its end: %v.", err)
	case err != nil:
		r.Find("See whether the database is running and its disk has room. Nothing that was acknowledged is lost; the service goes on by itself.", "The database does not answer: %v.", err)
	case behind >= most:
		r.Find("Leave the service running. If the number does not fall within an hour, look at what else is found here.", "%d events or more are not yet looked at for %s.", behind, name)
	}
}

// Age looks whether what was read at a time is older than it may be. What never was read is
// for the service to find.
func (r *Report) Age(what string, read, now time.Time, most time.Duration, do string) {
	if now.Sub(read) > most {
		r.Find(do, "%s is of %s.", what, sp.DateOf(read))
	}
}

// Disk looks whether so many bytes can be written to a folder, which it makes where there is
// none: it writes them, and removes them.
func (r *Report) Disk(folder string, bytes int) {
	if err := room(folder, bytes); err != nil {
		r.Find("Free some space, or move the folder to a larger disk. Until then nothing new is accepted.", "The disk is full, or may not be written to: %v.", err)
	}
}

func room(folder string, bytes int) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, "room-")
	if err != nil {
		return err
	}
	_, err = file.Write(make([]byte, bytes))
	return errors.Join(err, file.Close(), os.Remove(file.Name()))
}
