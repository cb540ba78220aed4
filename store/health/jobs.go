package health

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// A Job is something that a service does beside requests, as often as it is due: it lapses
// offers, sends messages, reads a directory. It can be done again at any time, and stopped.
type Job struct {
	Name string
	Do   func(context.Context) error
}

// Jobs remember how it went when jobs were last done. They start nothing by themselves: the
// service passes at each tick of a clock of its own. The zero value has done nothing yet; it is
// safe for use by many goroutines, one of which passes at a time.
type Jobs struct {
	pass sync.Mutex

	state sync.Mutex
	last  time.Time // when all was done
	errs  []error   // of what failed since
}

// Pass does all jobs, one after another. One that fails does not keep the rest from being done;
// the error joins those of all.
func (j *Jobs) Pass(ctx context.Context, at time.Time, all ...Job) error {
	j.pass.Lock()
	defer j.pass.Unlock()
	var errs []error
	for _, job := range all {
		if err := job.Do(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", job.Name, err))
		}
	}
	j.state.Lock()
	defer j.state.Unlock()
	if j.errs = errs; len(errs) == 0 {
		j.last = at
	}
	return errors.Join(errs...)
}

// Jobs looks whether a job failed when they were last done, and whether it is longer ago than
// it may be that all of them were done.
func (r *Report) Jobs(j *Jobs, now time.Time, most time.Duration) {
	j.state.Lock()
	defer j.state.Unlock()
	for _, err := range j.errs {
		r.Find("It is tried again by itself. If this stands here tomorrow, send this line to whoever supports the service.", "Work beside requests has failed: %v.", err)
	}
	if len(j.errs) == 0 && !j.last.IsZero() && now.Sub(j.last) > most {
		r.Find("Restart the service.", "Nothing was done beside requests since %s.", j.last.Format("Monday 15:04"))
	}
}
